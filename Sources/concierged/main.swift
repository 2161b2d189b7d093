import ConciergeDaemon

await Concierged.main(serving: providers)
