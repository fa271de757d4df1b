#include "indexer/store/embedded_postgres_settings.hpp"

#include <array>

namespace redink::store {
namespace {

constexpr std::array<ServerSetting, 23> kSettings{{
    {"listen_addresses", "", "nobody but this machine: no TCP at all"},
    {"port", "5432", "only names the socket file, which has a directory of its own"},
    {"unix_socket_permissions", "0700", "only the owner, because the socket asks no password"},
    {"fsync", "on", "a power cut must not lose what was committed"},
    {"full_page_writes", "on", "a torn page after a power cut is repaired from the log"},
    {"synchronous_commit", "on", "a cursor that was committed stays committed"},
    {"max_connections", "40", "writer, readers of the API and a few psql; each costs memory"},
    {"shared_buffers", "128MB", "the hot indexes; the rest is the page cache's work"},
    {"effective_cache_size", "1GB", "what the page cache of a small machine holds"},
    {"work_mem", "16MB", "report sorts in memory; a few at a time"},
    {"maintenance_work_mem", "128MB", "index builds and vacuum of large tables"},
    {"max_wal_size", "2GB", "a backfill would otherwise force a checkpoint every few seconds"},
    {"checkpoint_timeout", "15min", "fewer full-page images while loading"},
    {"wal_level", "minimal", "a private cluster has no replica"},
    {"max_wal_senders", "0", "required by wal_level minimal"},
    {"random_page_cost", "1.1", "solid-state disks: an index is worth using"},
    {"max_parallel_workers_per_gather",
     "0",
     "two cores are busy with indexing, and a container's /dev/shm is too small for workers"},
    {"jit", "off", "compiling costs more than our queries run"},
    {"timezone", "UTC", "no local time in any figure"},
    {"log_timezone", "UTC", "the same in the server's log"},
    {"log_checkpoints", "off", "an operator cannot act on them"},
    {"log_line_prefix", "%m [%p] ", "time and process, for a bug report"},
    {"cluster_name", "redink", "seen in ps"},
}};

}  // namespace

std::span<const ServerSetting> server_settings() {
    return kSettings;
}

}  // namespace redink::store
