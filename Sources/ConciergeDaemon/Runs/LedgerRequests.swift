import ConciergeEngine
import ConciergeKit

/// Gives tasks read access to the ledger's requests.
struct LedgerRequests: RequestSource {
    let ledger: any Ledger

    func requests(_ query: RawRequestQuery) async throws -> (requests: [RawRequest], next: RequestPlace?) {
        let portion = try await ledger.requests(query)
        return (portion.raw, portion.next)
    }

    func request(_ id: String, of service: String) async throws -> RawRequest? {
        guard let id = RequestID(id), let view = try await ledger.request(id),
            view.request.service.rawValue == service
        else { return nil }
        return RawRequest(view.request, commitments: view.commitments)
    }
}
