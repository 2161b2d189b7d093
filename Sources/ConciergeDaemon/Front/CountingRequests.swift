import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import JSON

/// Counts requests by groups.
struct CountingRequests: Sendable {
    let ledger: any Ledger
    let access: AccessRules
    let served: ServedRegistry
    let residents: NamingResidents
    var clock: @Sendable () -> Instant = Daemon.systemClock

    /// By what requests are told apart.
    enum Dimension: Hashable {
        case service, state, residence, partner, resident, month
        /// A member of the record.
        case member(String)

        static let names: [String: Dimension] = [
            "service": .service, "state": .state, "residence": .residence, "partner": .partner, "resident": .resident,
            "month": .month,
        ]
    }

    private static let mostDimensions = 3

    /// Reads all requests that are counted, in pages between which others read.
    func count(_ call: RequestMethods.Count, for principal: Principal) async throws -> RequestMethods.Count.Reply {
        let (now, hides) = (clock(), access.hidesSecrets(from: principal))
        let registry = served.registry
        let dimensions = try dimensions(of: call, in: registry)
        let filtering = FilteringRequests(ledger: ledger, served: served, residents: residents)
        var query = try await filtering.filtered(call, at: now, hidingNames: hides).query
        query.limit = 1000
        let needsHomes = dimensions.contains(.residence)
        let homes = needsHomes ? try await ledger.homes() : [:]
        let names = needsHomes ? try await ledger.residenceNames() : [:]
        var tallies: [[String]: Tally] = [:]
        repeat {
            let page = try await ledger.requests(query)
            for view in page.elements {
                let record = Record(view.request, registry)
                let values = dimensions.map { dimension in
                    switch dimension {
                    case .service: view.request.service.rawValue
                    case .state: view.request.state
                    case .resident: view.request.resident ?? ""
                    case .month: String(registry.zone.local(view.request.openedAt).date.description.prefix(7))
                    case .partner:
                        view.commitments.last { $0.kind == .obligation }?.partner.map(registry.partners.name(of:)) ?? ""
                    case .residence:
                        // A request about a place is of that place, wherever its resident lives.
                        view.request.about.map { names[$0.residence] ?? $0.residence }
                            ?? view.request.resident.flatMap { homes[Resident.key(of: $0)]?.residence } ?? ""
                    case .member(let name): record.value(of: name)
                    }
                }
                tallies[values, default: Tally()].add(view, at: now)
            }
            query.after = page.next
        } while query.after != nil
        return RequestMethods.Count.Reply(
            groups: tallies.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { values, tally in
                .init(values: values, count: tally.count, open: tally.open, late: tally.late)
            })
    }

    private struct Tally {
        var (count, open, late) = (0, 0, 0)

        mutating func add(_ view: RequestView, at now: Instant) {
            count += 1
            if view.request.isOpen { open += 1 }
            if view.commitments.contains(where: { $0.isLate(at: now) }) { late += 1 }
        }
    }

    /// A request's record, which is read only if something is counted by a member of it.
    private final class Record {
        private lazy var members: JSONObject = read()
        private let read: () -> JSONObject

        init(_ request: StoredRequest, _ registry: Registry) {
            read = {
                guard let table = registry.service(request.service)?.table else { return [:] }
                return (try? JSON.parse(table.publicRecord(of: request)))?.objectValue ?? [:]
            }
        }

        func value(of name: String) -> String {
            switch members[name] {
            case .string(let text)?: text
            case .int(let number)?: String(number)
            case .double(let number)?: String(number)
            case .bool(let truth)?: truth ? "true" : "false"
            case .array?, .object?, .null?, nil: ""
            }
        }
    }

    // MARK: What is asked for

    private func dimensions(of call: RequestMethods.Count, in registry: Registry) throws(ControlError) -> [Dimension] {
        let names = call.by ?? []
        guard names.count <= Self.mostDimensions else {
            throw .invalid(
                "by",
                Text(fr: "pas plus de \(Self.mostDimensions) critères", en: "at most \(Self.mostDimensions) dimensions")
            )
        }
        let members = countable(of: call.service, in: registry)
        var dimensions: [Dimension] = []
        for name in names {
            let dimension = Dimension.names[name] ?? (members.contains(name) ? .member(name) : nil)
            guard let dimension else {
                let known = Dimension.names.keys.sorted() + members.sorted()
                let list = known.joined(separator: ", ")
                let mistake = Text(fr: "« \(name) » n'est pas un critère", en: "\"\(name)\" is no dimension")
                throw .invalid(
                    "by",
                    mistake.adding(
                        NearestName.suggestion(for: name, among: known)
                            ?? Text(fr: "connus : \(list)", en: "known: \(list)")))
            }
            guard !dimensions.contains(dimension) else {
                throw .invalid("by", Text(fr: "« \(name) » y est deux fois", en: "\"\(name)\" is there twice"))
            }
            dimensions.append(dimension)
        }
        return dimensions
    }

    /// The members of records that people see and that are no secrets.
    private func countable(of service: String?, in registry: Registry) -> Set<String> {
        let tables = registry.providers.flatMap(\.services).filter { service == nil || $0.id.rawValue == service }
        return Set(
            tables.flatMap { table in
                table.members.shown.filter { !$0.traits.contains(.secret) && !table.secrets.contains($0.name) }
                    .map(\.name)
            })
    }
}

extension Ledger {
    /// What the residences of the directory are called, by their ids.
    nonisolated(nonsending) func residenceNames() async throws(LedgerError) -> [String: String] {
        Dictionary(try await all(Residence.self).map { ($0.id, $0.name) }) { first, _ in first }
    }
}
