import ArgumentParser

/// Calls a server as fast as it answers, and prints the throughput and the latencies.
@main
struct LodgeLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lodge-load",
        abstract: "Load for the daemon, and in the same way for the peers that bring no load generator.",
        subcommands: [Calls.self, RoundTrip.self, Timers.self])
}
