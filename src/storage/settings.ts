/** One small server for one machine: little memory, few processes, few words about what goes well. */
export const settings: Readonly<Record<string, string>> = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  max_connections: "30",
  shared_buffers: "24MB",
  work_mem: "4MB",
  maintenance_work_mem: "16MB",
  // What is acknowledged is on disk (fsync and synchronous_commit stay on); the log of writes stays small.
  max_wal_size: "64MB",
  min_wal_size: "16MB",
  wal_level: "minimal",
  wal_compression: "on",
  wal_buffers: "1MB",
  max_wal_senders: "0",
  max_replication_slots: "0",
  // No process that nobody needs.
  max_worker_processes: "0",
  max_parallel_workers: "0",
  max_parallel_workers_per_gather: "0",
  max_logical_replication_workers: "0",
  io_method: "sync",
  autovacuum_max_workers: "1",
  autovacuum_worker_slots: "1",
  autovacuum_naptime: "5min",
  jit: "off",
  huge_pages: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  log_min_messages: "warning",
  log_min_error_statement: "panic", // a failed statement may hold what is nobody's business
  idle_in_transaction_session_timeout: "60s",
};
