import ConciergeEngine
import ConciergeKit
import JSON

extension ConductWalk {
    /// Reads records of every stored version in every state of the table, and does one of everything that the state
    /// allows.
    func checkStored(_ samples: [StoredSample], of service: ServiceID) async throws {
        guard let table = tables.first(where: { $0.id == service }) else { return }
        for version in 1...max(1, table.records.version) where !samples.contains(where: { $0.version == version }) {
            found("\(service): there is no sample of version \(version)")
        }
        for sample in samples {
            let others = table.states.map(\.id).filter { $0 != sample.state }
            for state in [sample.state] + others { try await check(sample, in: state, of: table) }
        }
    }

    private func check(_ sample: StoredSample, in state: String, of table: ServiceTable) async throws {
        // Timers are those of the sample's own state.
        let timers = state == sample.state ? sample.timers : [:]
        let sample = StoredSample(version: sample.version, state: state, timers: timers, record: sample.record)
        let what = "\(table.id): version \(sample.version) in the state \"\(state)\""
        var world = World(at: start)
        world.start(try await registry(in: folder.path + "/stored"))
        let id: RequestID
        do {
            id = try world.restore(sample, of: table, resident: nil)
        } catch {
            return found("\(what) cannot be read: \(error)")
        }
        guard let request = world.memory.request(id), request.isOpen else { return }
        var dice = SplitMix64(seed: 1)
        let record = (try? JSON.parse(request.record))?.objectValue
        for action in table.actions(in: request.state) {
            guard let schema = table.row(for: action, in: request.state)?.action?.input,
                let input = inputs.make(schema, for: "\(table.id) \(action)", record: record, now: world.now, &dice),
                let (_, decision) = try await decide(
                    .act(id: id, action: action, input: input, caller: Caller(actor: "walk")), on: world)
            else { continue }
            if case .rejected(let rejection)? = decision.answers.first, case .broken = rejection {
                found("\(what): \(action): \(rejection.diagnosis)")
            }
        }
        var late = world
        late.now = late.now + .days(400)
        guard let (_, decision) = try await decide(.wake, on: late) else { return }
        for sentence in faults(of: decision, before: late) { found("\(what): \(sentence)") }
    }

    /// Refuses names that mean nothing.
    func checkNames(
        inputs: Set<String>, stored: Set<String>, except: Set<String>, exclusive: [Exclusive]
    ) throws(ConductFindings) {
        let services = tables.map(\.id.rawValue)
        let actions = tables.flatMap { table in
            (table.actions.map(\.schema.id) + table.openings.compactMap(\.opening?.id)).map { "\(table.id) \($0)" }
        }
        let lines = tables.flatMap(ConductLine.all).map(\.description)
        var findings: [String] = []
        func require(_ names: Set<String>, among known: [String], _ parameter: String) {
            for name in names.sorted() where !known.contains(name) {
                findings.append(
                    "\(parameter): \"\(name)\" is not known; there are: \(known.sorted().joined(separator: "; "))")
            }
        }
        let signals = tables.flatMap { table in
            table.rows.compactMap { if case .signal(let signal, _) = $0.trigger { signal } else { nil } }
        }
        require(inputs, among: services + actions + signals + tasks.map(\.id), "inputs")
        require(stored, among: services, "stored")
        require(except, among: lines, "except")
        require(Set(exclusive.map(\.service)), among: services, "exclusive")
        guard findings.isEmpty else { throw ConductFindings(findings: findings) }
    }
}
