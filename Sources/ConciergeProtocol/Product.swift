/// The name, version, vendor and address of the product.
package enum Product {
    /// Semantic version of the daemon, its tools and its kit.
    package static let version = "0.1.0"
    package static let name = "concierged"
    package static let vendor = "The concierged authors"
    package static let url = "https://github.com/concierged/concierged"
}
