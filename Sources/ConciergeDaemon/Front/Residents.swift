import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// The use cases that read the directory of residents.
struct ReadingResidents: Sendable {
    let ledger: any Ledger
    let served: ServedRegistry
    let clock: @Sendable () -> Instant

    func search(_ call: ResidentMethods.Search) async throws -> ResidentMethods.Search.Reply {
        let limit = call.limit ?? 20
        guard (1...100).contains(limit) else {
            throw ControlError.invalid("limit", Text(fr: "attendu : de 1 à 100", en: "expected 1 to 100"))
        }
        let hits = try await ledger.residents(ResidentSearch(call.query), limit: limit)
        let sorted = hits.residents.map { (Folding.text($0.name), $0) }.sorted { ($0.0, $0.1.key) < ($1.0, $1.1.key) }
        return ResidentMethods.Search.Reply(
            residents: sorted.map { Wire.Resident($0.1) }, more: hits.hasMore)
    }

    func get(_ call: ResidentMethods.Get) async throws -> ResidentMethods.Get.Reply {
        let key = Resident.key(of: call.id)
        guard let known = try await ledger.known([key])[key] else { throw ControlError.notFound(call.id) }
        return ResidentMethods.Get.Reply(
            resident: known.resident.shown, residence: known.residence?.shown, dwelling: known.dwelling?.shown,
            dossier: Wire.Dossier(
                ResidentDossier(
                    known.dossier, of: known.resident, on: served.registry.zone.local(clock()).date)))
    }

    func list(_ call: ResidentMethods.List) async throws -> ResidentMethods.List.Reply {
        let limit = try Reading.limit(call.limit)
        let page = try await ledger.directory(of: Resident.self, after: call.after.map(Resident.key), limit: limit)
        return ResidentMethods.List.Reply(residents: page.entries.map { Wire.Resident($0) }, next: page.next)
    }
}

extension Wire.Resident {
    init(_ resident: Resident) {
        self.init(
            id: resident.id, name: resident.name, dwelling: resident.dwelling, residence: resident.residence,
            language: resident.language, publics: resident.publics, email: resident.email, phone: resident.phone,
            movedIn: resident.movedIn?.description)
    }
}
