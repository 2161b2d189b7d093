import BenchProvider
import ConciergeDaemon

await Concierged.main(serving: [BenchProvider.self])
