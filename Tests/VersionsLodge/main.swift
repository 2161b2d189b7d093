import ConciergeDaemon
import ConciergeKit
import Foundation

// A daemon as it is before and after an upgrade: which version of its provider is built in is said by the environment.
let providers: [String: any ServiceProvider.Type] = [
    "v1": Toys<LoanV1>.self,
    "v2": Toys<LoanV2>.self,
    "v2-without-upgrade": Toys<LoanV2WithoutUpgrade>.self,
    "v1-without-state": Toys<LoanV1WithoutState>.self,
]
let version = ProcessInfo.processInfo.environment["TOYS"].flatMap { providers[$0] }
await Concierged.main(serving: [Calm.self] + [version].compactMap(\.self))
