import BenchProvider
import ConciergeDaemon

await Concierged.main(name: "bench-lodge", version: "1.0.0", serving: [BenchProvider.self])
