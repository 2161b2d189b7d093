package import JSON

/// A section of the configuration: a struct whose stored properties are all ``Setting``s. Sections can be nested, and
/// can be the values of a dictionary.
///
/// A key that is not declared is refused, and the message suggests the nearest declared key. Settings that a section
/// leaves out keep their defaults.
public protocol Settings: FieldValue, Decodable where Bound == Never {
    /// Creates a section of which nothing is configured: every setting has its default.
    init()
    /// Checks what concerns more than one setting: `throw $warning.wrong("must be less than due")`.
    func check() throws(Mismatch)
}

extension Settings {
    /// No further checks.
    public func check() throws(Mismatch) {}

    /// Settings created in code: `LoanSettings { $0.lending = .hours(4) }`. They are not checked.
    public init(_ fill: (inout Self) -> Void) {
        self.init()
        fill(&self)
    }

    /// A section.
    public static var kind: FieldKind { .section(schema) }
    /// Nil: a section cannot be read from a raw value.
    public init?(_ raw: Scalar) { nil }
    /// Nil: a section has no raw value.
    public var raw: Scalar? { nil }

    /// Reads the given settings over the defaults, and checks the result.
    public static func read(_ given: Given) throws(Mismatch) -> Self { try read(given, over: Self()) }

    /// Reads the given settings over the initial ones, and checks the result.
    public static func read(_ given: Given, over initial: Self) throws(Mismatch) -> Self {
        let object: JSONObject
        switch given.json {
        case .object(let members): object = members
        case .null: object = [:]
        default: throw given.mismatch(.kind(kind))
        }
        let declarations = Declarations(of: initial)
        if let stray = declarations.strays.first {
            throw Mismatch(given.path + [.key(stray)], .words(DeclarationMistake.noSetting))
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

    /// All settings in their written form.
    public var written: Given? { Given(.object(Declarations.json(of: self))) }

    /// Reads a section.
    package init(_ json: JSON) throws(Mismatch) { self = try Self.read(Given(json)) }

    /// The settings in order.
    package static var schema: SectionSchema { SectionSchema(Declarations(of: Self())) }
}

/// The section of a provider that has no settings.
public struct NoSettings: Settings {
    /// The only value.
    public init() {}
}
