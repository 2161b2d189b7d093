import ConciergeDaemon
import ConciergeKit
import Foundation

// A daemon before or after an upgrade. The environment variable TOYS selects the version of the provider.
let providers: [String: any ServiceProvider.Type] = [
    "v1": Toys<LoanV1>.self,
    "v2": Toys<LoanV2>.self,
    "v2-without-upgrade": Toys<LoanV2WithoutUpgrade>.self,
    "v2-that-traps": Toys<LoanV2ThatTraps>.self,
    "v1-without-state": Toys<LoanV1WithoutState>.self,
]
let version = ProcessInfo.processInfo.environment["TOYS"].flatMap { providers[$0] }
await Concierged.main(name: "versions-lodge", version: "1.0.0", serving: [Calm.self] + [version].compactMap(\.self))
