import ConciergeDaemon

await Concierged.main(serving: [Crasher.self, Calm.self, Fragile.self, Bells.self, Ears.self])
