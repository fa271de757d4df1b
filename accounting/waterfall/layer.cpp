#include "accounting/waterfall/layer.hpp"

#include "accounting/money/invariant.hpp"

namespace redink::waterfall {

Layer lenders() {
    Layer layer;
    layer.kind = events::Layer::lenders;
    layer.name = "lenders";
    return layer;
}

std::vector<Layer> with_lenders(std::vector<Layer> layers) {
    if (layers.empty() || layers.back().kind != events::Layer::lenders) {
        layers.push_back(lenders());
    }
    return layers;
}

void require_order(std::span<const Layer> layers) {
    invariant(!layers.empty(), "a waterfall without layers");
    for (const Layer& layer : layers) {
        const bool is_lenders = layer.kind == events::Layer::lenders;
        const bool is_last = &layer == &layers.back();
        invariant(is_lenders == is_last, "lenders have to be the last layer, and only they");
        invariant(layer.share_bps <= kWholeLossBps, "a layer with more than the whole loss");
        invariant(!layer.capacity || layer.in_cooldown <= *layer.capacity,
                  "a layer with more in cooldown than its capacity");
    }
    const Layer& last = layers.back();
    invariant(!last.capacity && !last.asset && last.share_bps == kWholeLossBps,
              "lenders bear what is left, without limit");
}

}  // namespace redink::waterfall
