import ConciergeKit
import ConciergeProtocol

/// The program that runs the daemon: the distribution's `concierged`, or a landlord's own.
struct Program: Sendable, Hashable, CustomStringConvertible {
    let name: String
    let version: String

    /// The distribution's program.
    static let distribution = Program(name: Product.name, version: Product.version)

    /// The version of concierged that the program is built on.
    var core: String { Product.version }

    /// `concierged 0.1.0`, or `concierged-keys 1.4.0 (concierged 0.1.0)`.
    var description: String {
        self == .distribution ? "\(name) \(version)" : "\(name) \(version) (\(Product.name) \(core))"
    }

    /// What is wrong with the name or the version that an author passed to `Concierged.main`; nil if nothing is.
    var mistake: String? {
        let isName =
            name.first?.isLetter == true
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
        if !isName {
            return "Concierged.main(name:): \"\(name)\" is not the name of a program: write one like concierged-keys"
        }
        if !SemanticVersion.isValid(version) {
            return "Concierged.main(version:): \"\(version)\" is not a version: write one like 1.4.0 (semver.org)"
        }
        return nil
    }
}
