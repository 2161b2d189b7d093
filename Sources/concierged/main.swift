import ConciergeDaemon
import ConciergeProtocol

await Concierged.main(name: Product.name, version: Product.version, serving: providers)
