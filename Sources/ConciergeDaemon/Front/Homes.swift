import ConciergeEngine

extension Ledger {
    /// Where all residents of the directory live, by their keys.
    func homes() async throws -> [String: Home] {
        Home.all(of: try await all(Resident.self), in: try await all(Residence.self))
    }
}
