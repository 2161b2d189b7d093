import JSON
import Testing
import Wording

@testable import conciergectl

@Suite("The Tab key") struct CompletionTests {
    /// What is offered behind the words; the last is being typed.
    private func offered(_ words: String..., in language: Language = .fr, by shell: String = "bash") async throws
        -> [String]
    {
        var lines: [String] = []
        try await CannedLodge().serve { socket in
            let captured = Captured()
            let console = captured.console(language, environment: ["CONCIERGE_SOCKET": socket])
            #expect(await Conciergectl.run(["---complete", shell] + words, on: console) == 0)
            #expect(captured.diagnostics.isEmpty)
            lines = captured.lines.filter { !$0.isEmpty }
        }
        return lines
    }

    @Test("Commands, short forms and options are offered where they can stand")
    func commands() async throws {
        #expect(try await offered("sta") == ["status"])
        let first = try await offered("")
        #expect(first.contains("residents") && first.contains("open") && first.contains("run"))
        #expect(!first.contains("help"))
        #expect(try await offered("schedules", "re") == ["resume"])
        #expect(try await offered("open", "--ag") == ["--again"])
        #expect(try await offered("backup", "--fo") == ["--force"])
    }

    @Test("Short forms offer what the long forms do")
    func shortForms() async throws {
        #expect(try await offered("open", "") == ["parcel.reception"])
        #expect(try await offered("requests", "open", "par") == ["parcel.reception"])
        let id = CannedLodge.requestID
        #expect(try await offered("show", "") == [id])
        #expect(try await offered("act", "") == [id])
        #expect(try await offered("act", id, "") == ["hand-over", "return"])
        #expect(try await offered("do", id, "hand-over", "") == ["code="])
        #expect(try await offered("correct", id, "") == ["shelf="])
        #expect(try await offered("run", "parcel.remind", "") == ["day="])
        #expect(try await offered("--socket", "/nowhere", "open", "") == [])
    }

    @Test("French names are completed, in the spelling that is understood")
    func french() async throws {
        #expect(try await offered("open", "co") == ["colis"])
        #expect(try await offered("requests", "act", CannedLodge.requestID, "rem") == ["remettre"])
        #expect(try await offered("open", "colis", "num") == ["numéro="])
        #expect(try await offered("correct", CannedLodge.requestID, "eta") == ["étagère="])
        #expect(try await offered("run", "rapp") == ["rappeler"])
        #expect(try await offered("open", "rec", in: .en) == ["reception"])
    }

    @Test("Options have their values, and the commands of modules their names")
    func values() async throws {
        #expect(try await offered("list", "--service", "par") == ["parcel.reception"])
        #expect(try await offered("requests", "list", "--service", "colis", "--state", "rem") == ["remis"])
        #expect(try await offered("list", "--state", "h") == ["held"])
        #expect(try await offered("providers", "pause", "") == ["health"])
        #expect(try await offered("providers", "pause", "san") == ["santé"])
        #expect(try await offered("schedules", "pause", "m") == ["morning"])
        #expect(try await offered("tasks", "trigger", "parcel.remind", "--priority", "n") == ["normale"])
    }

    @Test("A field that is given is not offered again")
    func given() async throws {
        #expect(try await offered("open", "colis", "numéro", "=", "RB1", "") == ["arrived="])
        #expect(try await offered("open", "colis", "numéro=RB1", "", by: "fish") == ["arrived=\tArrivé"])
    }

    @Test("What is a file is left to the shell")
    func files() async {
        let captured = Captured()
        #expect(await captured.run("---complete", "bash", "backup", "") == 3)
        #expect(await captured.run("---complete", "zsh", "residents", "import", "") == 3)
        #expect(await captured.run("---complete", "fish", "status", "--socket", "") == 3)
        #expect(captured.output.isEmpty)
    }

    @Test(
        "bash parts words at equals signs and leaves quotes in them",
        arguments: [
            (["open", "panne", "=", "fu"], ["open", "panne=fu"], true), (["panne", "="], ["panne="], true),
            (["panne", "=", "fu", ""], ["panne=fu", ""], false),
            (["--resident", "\"anne muller\"", ""], ["--resident", "anne muller", ""], false),
            (["Salle\\ de\\ bain"], ["Salle de bain"], false), ([], [], false),
        ])
    func joined(_ typed: [String], _ words: [String], _ isSplit: Bool) {
        let joined = CompletionScript.joined(typed)
        #expect(joined.words == words)
        #expect(joined.isSplit == isSplit)
    }

    @Test("There is a script for three shells, and none for others", arguments: ["bash", "zsh", "fish"])
    func scripts(_ shell: String) async {
        let captured = Captured()
        #expect(await captured.run("--generate-completion-script", shell) == 0)
        #expect(captured.output.contains("---complete \(shell)"))
        let other = Captured()
        #expect(await other.run("--generate-completion-script", "tcsh", language: .fr) == 64)
        #expect(!other.diagnostics.contains("Please"))
        #expect(await other.run("--generate-completion-script") == 64)
    }
}
