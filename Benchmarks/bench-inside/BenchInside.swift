import ArgumentParser

/// Calls the modules of the daemon directly, without a socket.
@main
struct BenchInside: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-inside", abstract: "Fills a ledger, or measures the layers of one call.",
        subcommands: [Fill.self, Layers.self, Ordinary.self, Bookings.self, Promises.self, Residents.self])
}
