import Testing

@testable import Varlink

@Suite("Interface definitions")
struct InterfaceDefinitionTests {
    @Test("Every element of the language is parsed")
    func everything() throws {
        let source = """
            # Interface to jump a spacecraft.
            #   Second line.
            interface org.example-2.ftl

            # A comment that stands alone.

            # The current state.
            type State (
              state: (idle, spooling, busy), # behind a field
              tylium_level: ?int,
              crew: [](name: string, rank: ?string)
            )
            type Mode (slow,fast)
            # Jumps.
            method Jump(where: State, modes: []Mode, seen: [string](), far: ?[]?[string]float, any: object) -> ()
            method Watch()->(ok: bool)
            error NotEnough (needed: int)
            """
        let definition = try InterfaceDefinition(source)
        #expect(definition.name == "org.example-2.ftl")
        #expect(definition.source == source)
        #expect(definition.documentation == "Interface to jump a spacecraft.\n  Second line.")
        #expect(definition.types.map(\.name) == ["State", "Mode"])
        #expect(definition.types[0].documentation == "The current state.")
        #expect(
            definition.types[0].type
                == .structure([
                    .init(name: "state", type: .enumeration(["idle", "spooling", "busy"])),
                    .init(name: "tylium_level", type: .nullable(.int)),
                    .init(
                        name: "crew",
                        type: .array(
                            .structure([
                                .init(name: "name", type: .string), .init(name: "rank", type: .nullable(.string)),
                            ])
                        )
                    ),
                ])
        )
        #expect(definition.types[1].type == .enumeration(["slow", "fast"]))
        let jump = try #require(definition.method("Jump"))
        #expect(jump.documentation == "Jumps.")
        #expect(
            jump.input.map(\.type) == [
                .named("State"), .array(.named("Mode")), .map(.structure([])),
                .nullable(.array(.nullable(.map(.float)))), .object,
            ]
        )
        #expect(jump.input.map(\.isNullable) == [false, false, false, true, false])
        #expect(jump.output.isEmpty)
        #expect(definition.method("Watch")?.output == [.init(name: "ok", type: .bool)])
        #expect(definition.errors.map(\.name) == ["NotEnough"])
        #expect(definition.errors[0].fields == [.init(name: "needed", type: .int)])
        #expect(definition.method("Land") == nil)
    }

    @Test(
        "A text that is not a definition is refused with the line and what was expected",
        arguments: [
            ("", 1, "expected 'interface', found the end"),
            ("method", 1, "expected 'interface', found 'method'"),
            ("interface", 1, "expected the interface's name, found the end"),
            ("interface plain", 1, "'plain' is not an interface name"),
            ("interface org.-x", 1, "'org.-x' is not an interface name"),
            ("interface org..x", 1, "'org..x' is not an interface name"),
            ("interface 1.x", 1, "'1.x' is not an interface name"),
            ("interface a.b\n\nfunction F() -> ()", 3, "expected 'type', 'method' or 'error', found 'function'"),
            ("interface a.b\nmethod f() -> ()", 2, "'f' is not a name"),
            ("interface a.b\nmethod F_x() -> ()", 2, "'F_x' is not a name"),
            ("interface a.b\nmethod F()", 2, "expected '->', found the end"),
            ("interface a.b\nmethod F() -> \n", 3, "expected '(', found the end"),
            ("interface a.b\nmethod F(a: int, a: int) -> ()", 2, "'a' is there twice"),
            ("interface a.b\nmethod F(a: int,) -> ()", 2, "expected a field's name, found ')'"),
            ("interface a.b\nmethod F(a: int b: int) -> ()", 2, "expected ',' or ')', found 'b'"),
            ("interface a.b\nmethod F(\n a int) -> ()", 3, "expected ':', ',' or ')', found 'int'"),
            ("interface a.b\nmethod F(a) -> ()", 2, "expected named fields with their types, found words alone"),
            ("interface a.b\nmethod F(a_: int) -> ()", 2, "'a_' is not a field's name"),
            ("interface a.b\nmethod F(a__b: int) -> ()", 2, "'a__b' is not a field's name"),
            ("interface a.b\nmethod F(a: integer) -> ()", 2, "expected a type, found 'integer'"),
            ("interface a.b\nmethod F(a: ??int) -> ()", 2, "a type cannot be nullable twice"),
            ("interface a.b\nmethod F(a: [int]int) -> ()", 2, "expected ']' or 'string]', found 'int'"),
            ("interface a.b\nmethod F(a: ) -> ()", 2, "expected a type, found ')'"),
            ("interface a.b\nmethod F(a: Missing) -> ()\n\n", 2, "the type 'Missing' is not declared"),
            ("interface a.b\ntype A ()\nmethod A() -> ()", 3, "'A' is declared twice"),
            ("interface a.b\nerror E (é: int)", 2, "expected a field's name, found 'é'"),
            ("interface a.b\ntype A (a: \(String(repeating: "[]", count: 40))int)", 2, "nested more than 32 deep"),
            ("interface a.b\ntype A \(String(repeating: "(a: ", count: 40))", 2, "nested more than 32 deep"),
        ]
    )
    func refusals(source: String, line: Int, reason: String) throws {
        let error = try #require(throws: InterfaceSyntaxError.self) { try InterfaceDefinition(source) }
        #expect(error.line == line)
        #expect(error.reason.hasPrefix(reason))
        #expect(error.description == "line \(line): \(error.reason)")
    }
}
