package import JSON

/// A section of the configuration: a struct whose stored properties are all ``Setting``s. Sections can be nested, and
/// be the values of a dictionary.
///
/// A key that is not declared is refused with the nearest one that is. A section that is given in part has its defaults
/// for the rest.
public protocol Settings: FieldValue, Decodable where Bound == Never {
    /// The defaults.
    init()
    /// Refuses what no single setting can see: `throw $warning.wrong("must be less than due")`.
    func check() throws(Mismatch)
}

extension Settings {
    /// Nothing more to see.
    public func check() throws(Mismatch) {}

    /// Settings made by hand: `LoanSettings { $0.lending = .hours(4) }`. They are not checked.
    public init(_ fill: (inout Self) -> Void) {
        self.init()
        fill(&self)
    }

    /// A section.
    public static var kind: FieldKind { .section(SectionSchema(settings: Declarations(of: Self()).fields)) }
    /// Nothing: it takes more than a raw value.
    public init?(_ raw: Scalar) { nil }
    /// None.
    public var raw: Scalar? { nil }

    /// What is given, over the defaults, checked.
    public static func read(_ given: Given) throws(Mismatch) -> Self { try read(given, over: Self()) }

    /// What is given, over what there is initially, checked.
    public static func read(_ given: Given, over initial: Self) throws(Mismatch) -> Self {
        let object: JSONObject
        switch given.json {
        case .object(let members): object = members
        case .null: object = [:]
        default: throw given.mismatch(.kind(kind))
        }
        let declarations = Declarations(of: initial)
        if let stray = declarations.strays.first {
            throw Mismatch(given.path + [.key(stray)], .words("a stored property of settings that is not a @Setting"))
        }
        let reader = DeclarationReader(object, declarations, at: given.path)
        if let unknown = reader.unknown { throw unknown }
        let settings: Self
        do {
            settings = try Self(from: reader)
        } catch let mismatch as Mismatch {
            throw mismatch
        } catch {
            throw given.mismatch(.words("\(error)"))
        }
        try settings.check()
        return settings
    }

    /// All settings as they are written.
    public var written: Given? { Given(.object(Declarations.json(of: self))) }

    /// Reads a section.
    package init(_ json: JSON) throws(Mismatch) { self = try Self.read(Given(json)) }

    /// The settings in their order.
    package static var schema: SectionSchema { SectionSchema(settings: Declarations(of: Self()).fields) }
}

/// Of what has no settings.
public struct NoSettings: Settings {
    /// The only ones there are.
    public init() {}
}
