import ConciergeDaemon
import TortureProvider

await Concierged.main(name: "torture-lodge", version: "1.0.0", serving: [TortureProvider.self])
