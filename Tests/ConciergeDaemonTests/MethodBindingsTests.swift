import ConciergeProtocol
import Testing
import Varlink

@testable import ConciergeDaemon

@Suite("The table of methods")
struct MethodBindingsTests {
    private let interfaces: [InterfaceDefinition]

    init() throws { interfaces = try ControlInterface.definitions() }

    /// The bindings of a daemon, without the methods of these names.
    private func bindings(without left: Set<String> = []) -> MethodBindings {
        var bindings = MethodBindings()
        func bind<Method: ControlMethod>(_ method: Method.Type) {
            if !left.contains(Method.declaration.fullName) { bindings.bind(method) { _, _ in } }
        }
        for method in ControlMethods.all { bind(method) }
        return bindings
    }

    @Test("Every defined method is in the table with a role, and every method in the table is defined")
    func whole() throws {
        try bindings().check(against: interfaces)
        #expect(ControlMethods.all.allSatisfy { $0.declaration.role > .nobody })
        let requests = try #require(bindings()["org.concierged.Requests.Open"])
        #expect(requests.declaration.role == .staff)
    }

    @Test("A daemon with an unbound method does not start")
    func unbound() {
        let name = "org.concierged.Manager.Backup"
        #expect(throws: BadControlInterface(mistakes: ["\(name) is bound to nothing"])) {
            try bindings(without: [name]).check(against: interfaces)
        }
    }

    @Test("A defined method that is missing from the table is refused at start and granted to nobody")
    func notInTable() throws {
        let name = "org.concierged.Tasks.Trigger"
        let table = ControlMethods.all.filter { $0.declaration.fullName != name }
        #expect(throws: BadControlInterface(mistakes: ["\(name) is not in the table"])) {
            try bindings().check(against: interfaces, table: table)
        }
        #expect(bindings(without: [name])[name] == nil)
    }

    /// A method that no interface defines, for the role `nobody`.
    private struct Invented: RepeatableMethod {
        typealias Reply = Wire.Empty
        static let declaration = MethodDeclaration("Invented", of: .manager, for: .nobody, isSigned: false)
        var idempotencyKey: String?
    }

    @Test("A method of the table that is undefined, needs no role or is listed twice is refused at start")
    func invented() {
        let name = Invented.declaration.fullName
        let table = ControlMethods.all + [Invented.self, RequestMethods.Get.self]
        #expect(
            throws: BadControlInterface(mistakes: [
                "\(name) needs a role", "\(name) is not defined",
                "org.concierged.Requests.Get stands twice in the table",
            ])
        ) {
            try bindings().check(against: interfaces, table: table)
        }
    }
}
