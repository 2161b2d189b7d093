/// Names that the configuration knows for a field, such as those of the contractors. Whoever fills the field in is shown
/// them; another text may be given too.
///
/// It is created with ``Service/known(_:_:)``, in ``Service/knownNames``.
public struct KnownNames: Sendable {
    package let field: String
    package let names: [String]
}

extension Service {
    /// The names for a field, and for each other field of that name: `known(\Assign.$contractor, contractors.map(\.name))`.
    public func known<I: Input, Typed>(
        _ field: any KeyPath<I, Field<Typed>> & Sendable, _ names: [String]
    ) -> KnownNames {
        let form = InputSchema(of: I.self)
        return KnownNames(field: form.index(of: field, in: I.self).map { form.fields[$0].name } ?? "", names: names)
    }
}
