/// The name, version, vendor and address of concierged. The program that serves may be another, which is built on it.
package enum Product {
    /// Semantic version of the daemon, its tools and its kit. A package with a provider depends on exactly this one.
    package static let version = "0.1.0"
    package static let name = "concierged"
    package static let vendor = "The concierged authors"
    package static let url = "https://github.com/concierged/concierged"
}
