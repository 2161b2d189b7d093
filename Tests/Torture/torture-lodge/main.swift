import ConciergeDaemon
import TortureProvider

await Concierged.main(serving: [TortureProvider.self])
