import ConciergeEngine
import ConciergeKit

/// The ledger's requests as tasks read them.
struct LedgerRequests: RequestSource {
    let ledger: any Ledger

    func openRequests(of service: String) async throws -> [RawRequest] {
        try await ledger.openRequests(of: service).map(RawRequest.init)
    }

    func request(_ id: String, of service: String) async throws -> RawRequest? {
        guard let request = try await ledger.request(id)?.request, request.service == service else { return nil }
        return RawRequest(request)
    }
}
