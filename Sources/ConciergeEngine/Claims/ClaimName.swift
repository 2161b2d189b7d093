package import ConciergeKit

/// How a provider's key is named in the ledger: each provider has its own keys.
package enum ClaimName {
    /// The name of a key. A ledger compares bytes, so canonically equivalent keys get the same form.
    package static func of(_ key: String, provider: ProviderID) -> String { Folding.canonical("\(provider)/\(key)") }

    /// The key of a name.
    package static func key(of claim: String, provider: ProviderID) -> String {
        String(claim.dropFirst(provider.rawValue.count + 1))
    }

    /// The provider and the key of a name.
    package static func parts(of claim: String) -> (provider: ProviderID, key: String) {
        let provider = ProviderID(String(claim.prefix { $0 != "/" }))
        return (provider, key(of: claim, provider: provider))
    }
}
