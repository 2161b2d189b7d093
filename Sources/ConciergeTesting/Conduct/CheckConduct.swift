import ConciergeEngine
public import ConciergeKit

/// Walks the tables of a provider and checks that it keeps the rules of providers, which the article "Rules that must
/// hold" of the kit lists. One line in a test:
///
/// ```swift
/// @Test func conduct() async throws { try await checkConduct(of: Keys.self) }
/// ```
///
/// If the manifest names a grade, what that grade demands is checked too.
///
/// The walk opens requests, acts, lets timers fire and runs end, and restarts the daemon, always on a virtual clock. It
/// prefers the lines that were taken least. The same arguments give the same walk. Inputs are made from the declarations
/// of the fields: examples, defaults, choices, limits; members of the record that have the name of a field.
///
/// - Parameters:
///   - provider: The provider's type.
///   - settings: The provider's section of the configuration.
///   - seeds: A walk for each of these.
///   - steps: How many steps a walk has.
///   - inputs: Samples for fields whose rules are stricter than their declarations, by service (its openings), by service
///     and action or opening, by signal, or by task: `{ now in ["keys.loan": [["key": "K-17"]], "keys.loan give-back": [["code": "1"]]] }`. They
///     may depend on the lodge's time, with the same names at any time. Three of four inputs are then one of these.
///   - stored: By service, records as its versions stored them: each is tried in every state of the table, with every
///     action and timer.
///   - exclusive: What at most one open request may have at a time.
///   - except: Lines that need not be taken, as findings write them: `"keys.loan: timer:overdue from lent"`.
///   - zone: The lodge's zone.
///   - start: When each walk begins.
/// - Throws: ``ConductFindings``, with all findings at once. Also when the decisions of the walks take more than 60 seconds
///   of real time, or one rule or handler does not return within 20: these are the only limits of real time, besides the
///   10 ms of a rule. A rule that traps ends the test's process.
/// - Returns: What the walks did.
@discardableResult
public func checkConduct<P: ServiceProvider>(
    of provider: P.Type, settings: P.Configuration = P.Configuration(), seeds: ClosedRange<UInt64> = 1...3,
    steps: Int = 150, inputs: @escaping (_ now: Instant) -> [String: [[String: Scalar]]] = { _ in [:] },
    stored: [String: [StoredSample]] = [:],
    exclusive: [Exclusive] = [], except: Set<String> = [], zone: Zone = .utc,
    at start: Instant = Instant(milliseconds: 1_795_420_800_000)
) async throws -> ConductReport {
    let folder = TestFolder()
    let lines = LogBook()
    let served = ServedProvider(provider, configuration: settings, folder: folder.path, zone: zone, log: lines)
    let walk = try await ConductWalk(
        served, in: folder, lines, inputs: ConductInputs(samples: inputs), exclusive: exclusive, zone: zone, at: start)
    try walk.checkNames(inputs: Set(inputs(start).keys), stored: Set(stored.keys), except: except, exclusive: exclusive)
    for seed in seeds { try await walk.walk(seed: seed, steps: steps) }
    for (service, samples) in stored.sorted(by: { $0.key < $1.key }) {
        try await walk.checkStored(samples, of: ServiceID(service))
    }
    try await walk.playAgain()
    walk.checkCoverage(except: except)
    let shortfalls = walk.shortfalls(except: except, stored: stored)
    if walk.findings.isEmpty, let named = P.manifest.grade {
        for shortfall in shortfalls where shortfall.demand.grade <= named {
            walk.found("the manifest names the grade \(named), and \(shortfall)")
        }
    }
    guard walk.findings.isEmpty else { throw ConductFindings(findings: walk.findings) }
    return walk.report(shortfalls)
}
