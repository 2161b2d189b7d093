import ConciergeEngine
import ConciergeKit

/// Gives tasks read access to the ledger's requests.
struct LedgerRequests: RequestSource {
    let ledger: any Ledger

    func openRequests(of service: String) async throws -> [RawRequest] {
        try await ledger.openRequests(of: ServiceID(service)).map(RawRequest.init)
    }

    func request(_ id: String, of service: String) async throws -> RawRequest? {
        guard let id = RequestID(id), let request = try await ledger.request(id)?.request,
            request.service.rawValue == service
        else { return nil }
        return RawRequest(request)
    }
}
