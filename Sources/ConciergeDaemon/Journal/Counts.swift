extension BinaryInteger {
    /// A number with its noun, for a journal line: `1 run waits`, `2 runs wait`. Without `many`, the plural is `one`
    /// with an s.
    func counted(_ one: String, _ many: String? = nil) -> String { "\(self) \(self == 1 ? one : many ?? one + "s")" }
}
