import ConciergeDaemon

await Concierged.main(
    name: "test-lodge", version: "1.0.0", serving: [Crasher.self, Calm.self, Fragile.self, Bells.self, Ears.self])
