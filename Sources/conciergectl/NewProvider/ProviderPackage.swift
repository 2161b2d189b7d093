import Civil
import ConciergeProtocol

/// The files of a package with a new provider and a daemon that serves it.
///
/// The templates are the files in the folder Templates. They contain `{{placeholders}}` only, neither conditions nor
/// loops, so that no template engine is needed.
struct ProviderPackage: Sendable {
    /// Where the package finds concierged.
    enum Core: Sendable, Hashable {
        /// The release that this tool belongs to.
        case release
        /// A folder of this machine, by its absolute path.
        case folder(String)
    }

    struct File: Sendable, Hashable {
        /// Relative to the folder of the package.
        let path: String
        let text: String
        var isExecutable = false
    }

    let names: ProviderNames
    let files: [File]

    /// - Parameters:
    ///   - maintainer: The maintainer of the Debian package: `Name <address>`.
    ///   - now: The date of its first changelog entry.
    init(_ names: ProviderNames, core: Core, maintainer: String, now: Instant) {
        self.names = names
        let today = LocalDate(
            daysSinceEpoch: Int(now.milliseconds.quotientAndRemainder(flooringBy: 86_400_000).quotient))
        let values = [
            "Name": names.module, "id": names.id, "package": names.package, "program": names.program,
            "core": Product.version, "url": Product.url, "dependency": core.dependency, "maintainer": maintainer,
            "date": Instant(milliseconds: Int64(today.daysSinceEpoch) * 86_400_000).mailDate,
            "year": "\(today.year)",
        ]
        files = Self.templates.map { template in
            File(
                path: Self.fill(template.path, values),
                text: Self.fill(String(decoding: template.text, as: UTF8.self), values),
                isExecutable: template.path == "debian/rules")
        }
    }

    private static let templates: [(path: String, text: [UInt8])] = [
        ("Package.swift", PackageResources.Package_swift_template),
        ("Sources/{{Name}}/{{Name}}.swift", PackageResources.Provider_swift_template),
        ("Sources/{{Name}}/Settings.swift", PackageResources.Settings_swift_template),
        ("Sources/{{Name}}/Loan.swift", PackageResources.Loan_swift_template),
        ("Sources/{{Name}}-lodge/main.swift", PackageResources.main_swift_template),
        ("Tests/{{Name}}Tests/{{Name}}Tests.swift", PackageResources.ProviderTests_swift_template),
        ("Tests/{{Name}}Tests/LoanTests.swift", PackageResources.LoanTests_swift_template),
        ("examples/{{id}}.yaml", PackageResources.section_yaml_template),
        ("systemd/concierged.service.d/lodge.conf", PackageResources.lodge_conf_template),
        ("debian/control", PackageResources.control_template),
        ("debian/rules", PackageResources.rules_template),
        ("debian/changelog", PackageResources.changelog_template),
        ("debian/copyright", PackageResources.copyright_template),
        ("debian/install", PackageResources.install_template),
        ("debian/postrm", PackageResources.postrm_template),
        ("debian/source/format", PackageResources.source_format_template),
        ("README.md", PackageResources.README_md_template),
        (".gitignore", PackageResources.gitignore_template),
    ]

    /// Replaces each `{{key}}` by its value.
    private static func fill(_ template: String, _ values: [String: String]) -> String {
        var pieces = template.split(separator: "{{", omittingEmptySubsequences: false)[...]
        var text = String(pieces.removeFirst())
        for piece in pieces {
            let parts = piece.split(separator: "}}", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let value = values[String(parts[0])] else {
                // The templates are part of the program, and a test fills all of them.
                preconditionFailure("a template has the unknown placeholder \(parts[0])")
            }
            text += value + parts[1]
        }
        return text
    }

    /// Whether the Swift sources of the templates use this identifier, so that a type of this name would hide another.
    static func uses(identifier: String) -> Bool { identifiers.contains(identifier) }

    private static let identifiers: Set<String> = Set(
        templates.filter { $0.path.hasSuffix(".swift") }.flatMap { template in
            String(decoding: template.text, as: UTF8.self)
                .replacing(#/\{\{\w+\}\}|//.*|"(?:\\.|[^"\\])*"/#, with: " ")
                .split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        })
}

extension ProviderPackage.Core {
    /// The line of `Package.swift`.
    fileprivate var dependency: String {
        switch self {
        case .release: ".package(url: \"\(Product.url)\", exact: \"\(Product.version)\")"
        case .folder(let path):
            ".package(name: \"\(Product.name)\", path: \"\(path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\")"
        }
    }
}
