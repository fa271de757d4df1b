#pragma once

namespace simdjson::dom {
class element;
}  // namespace simdjson::dom

namespace redink::chain {

/// A parsed JSON value inside its document, which must outlive it. Declared here so that only those
/// who parse pay for including simdjson.
using JsonElement = simdjson::dom::element;

}  // namespace redink::chain
