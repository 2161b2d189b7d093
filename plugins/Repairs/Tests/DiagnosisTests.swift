import ConciergeKit
import ConciergeTesting
import Foundation
import Testing

@testable import Repairs

@Suite("The diagnosis")
struct DiagnosisTests {
    /// All paths through a tree, each as its answers.
    private func paths(_ tree: DiagnosisTree, from id: String, _ answers: [String]) -> [[String]] {
        (tree.questions[id]?.choices ?? []).flatMap { choice -> [[String]] in
            let path = answers + [choice.answer]
            guard case .question(let next) = choice.next else { return [path] }
            return paths(tree, from: next, path)
        }
    }

    private func diagnosis(_ run: LodgeRun) throws -> Diagnosis {
        try JSONDecoder().decode(Diagnosis.self, from: Data(try #require(run.data).utf8))
    }

    @Test("Every path of the diagnosis that comes with the provider ends in an outcome, by answers, words and numbers")
    func everyPath() throws {
        let tree = try DiagnosisTree.shipped()
        let paths = paths(tree, from: tree.start, [])
        #expect(paths.count > 80)
        var kinds: Set<DiagnosisKind> = []
        for path in paths {
            guard case .outcome(let id) = tree.follow(path), let outcome = tree.outcomes[id] else {
                Issue.record("\(path) does not end")
                continue
            }
            kinds.insert(outcome.kind)
            #expect(!outcome.todo.fr.isEmpty && !outcome.todo.en.isEmpty)
        }
        #expect(kinds == Set(DiagnosisKind.allCases))
        #expect(tree.follow(["1", "gas"]) == .outcome("gas"))
        #expect(tree.follow(["cuisine", "odeur de GAZ"]) == .outcome("gas"))
    }

    @Test("The task asks question by question, and takes all answers in one call too")
    func asked() async throws {
        let lodge = try await lodge()
        let first = try await lodge.trigger("repairs.diagnose")
        #expect(
            first.outcome?.fr.hasPrefix("Où est la panne\u{202F}? 1\u{A0}: Cuisine, 2\u{A0}: Salle de bains") == true)
        #expect(try diagnosis(first).question == "where")
        #expect(try diagnosis(first).choices.first?.answer == "kitchen")
        let second = try await lodge.trigger("repairs.diagnose", ["answers": ["Salle de bains ou toilettes"]])
        #expect(try diagnosis(second).question == "bathroom")
        let end = try await lodge.trigger("repairs.diagnose", ["answers": ["bathroom", "flush", "none"]])
        let outcome = try #require(try diagnosis(end).outcome)
        #expect(outcome.kind == .book && outcome.category == .plumbing && outcome.urgency == .u3)
        #expect(
            end.outcome?.fr
                == "Réparation à enregistrer · plomberie · U3, 5\u{A0}jours ouvrés. Versez un seau d’eau en attendant.")
    }

    @Test("The terms and the number are those of the settings and of the season")
    func terms() async throws {
        let lodge = try await lodge(
            #"{"urgencies": {"U1": {"due": "2 hours"}}, "emergency": {"phone": "01 99 99 99 99"}}"#)
        let danger = try await lodge.trigger("repairs.diagnose", ["answers": ["lift", "yes"]])
        #expect(
            danger.outcome?.fr.hasPrefix(
                "Urgence\u{A0}: appeler tout de suite · 01 99 99 99 99 · ascenseur · U1, 2\u{A0}heures.") == true)
        let heating = try await lodge.trigger("repairs.diagnose", ["answers": ["whole", "heating", "alone"]])
        #expect(heating.outcome?.en.contains("U3, 1\u{A0}working day.") == true)
        let own = try await lodge.trigger("repairs.diagnose", ["answers": ["kitchen", "tap", "drips"]])
        #expect(own.outcome?.fr.contains("Décret n° 87-712, annexe, IV d)") == true)
    }

    @Test("An answer that is none asks the question again, and says so")
    func unknown() async throws {
        let lodge = try await lodge()
        let run = try await lodge.trigger("repairs.diagnose", ["answers": ["kitchen", "dragon"]])
        #expect(run.state == "succeeded")
        #expect(
            run.outcome?.fr.hasPrefix("«\u{A0}dragon\u{A0}» n’est pas une réponse à cette question. Que se passe-t-il")
                == true)
        #expect(try diagnosis(run).question == "kitchen")
        let surplus = try await lodge.trigger("repairs.diagnose", ["answers": ["kitchen", "gas", "yes"]])
        #expect(try diagnosis(surplus).outcome?.id == "gas")
        #expect(try diagnosis(surplus).mistake?.en == "The diagnosis ends before the answer \"yes\".")
    }

    @Test(
        "A tree in which a path does not end, or an outcome lacks something, is not read",
        arguments: [
            (#"{"start": "b", "questions": {}, "outcomes": {}}"#, #"start: there is no question "b""#),
            (#"{"start": "a", "questions": {}}"#, #"the file has no "outcomes""#),
            ("{", "the file is not JSON"),
            (
                #"{"start": "a", "questions": {"a": {"ask": {"fr": "A", "en": "A"}, "choices": [{"answer": "1", "words": {"fr": "u", "en": "o"}, "question": "a"}, {"answer": "2", "words": {"fr": "d", "en": "t"}, "outcome": "o"}]}}, "outcomes": {"o": {"kind": "reported", "do": {"fr": "R", "en": "R"}}}}"#,
                "questions.a: it is asked again on a path that leads through it, a → a"
            ),
            (
                #"{"start": "a", "questions": {"a": {"ask": {"fr": "A", "en": "A"}, "choices": [{"answer": "1", "words": {"fr": "u", "en": "o"}, "outcome": "p"}, {"answer": "2", "words": {"fr": "d", "en": "t"}, "outcome": "o"}]}}, "outcomes": {"o": {"kind": "reported", "do": {"fr": "R", "en": "R"}}}}"#,
                #"questions.a: there is no outcome "p""#
            ),
            (
                #"{"start": "a", "questions": {"a": {"ask": {"fr": "A", "en": "A"}, "choices": [{"answer": "1", "words": {"fr": "u", "en": "o"}, "outcome": "o"}, {"answer": "2", "words": {"fr": "U", "en": "t"}, "outcome": "o"}]}}, "outcomes": {"o": {"kind": "reported", "do": {"fr": "R", "en": "R"}}}}"#,
                #"questions.a: two choices have the name or the words of "2""#
            ),
            (
                #"{"start": "a", "questions": {}, "outcomes": {"o": {"kind": "book", "do": {"fr": "R", "en": "R"}}}}"#,
                #"start: there is no question "a""#
            ),
        ])
    func mistakes(json: String, mistake: String) {
        let error = #expect(throws: DiagnosisTree.Mistake.self) { try DiagnosisTree(Data(json.utf8)) }
        #expect(error?.description == mistake)
    }

    @Test(
        "A landlord's own tree takes the place of the one that comes with the provider; one that cannot be read is refused"
    )
    func ownTree() async throws {
        let path = NSTemporaryDirectory() + "diagnosis-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let tree =
            #"{"start": "a", "questions": {"a": {"ask": {"fr": "Chaud ?", "en": "Warm?"}, "choices": [{"answer": "yes", "words": {"fr": "Oui", "en": "Yes"}, "outcome": "o"}, {"answer": "no", "words": {"fr": "Non", "en": "No"}, "outcome": "o"}]}}, "outcomes": {"o": {"kind": "reported", "do": {"fr": "Rien", "en": "Nothing"}}}}"#
        try Data(tree.utf8).write(to: URL(fileURLWithPath: path))
        let lodge = try await lodge(#"{"diagnosis": "\#(path)"}"#)
        #expect(try await lodge.trigger("repairs.diagnose").outcome?.fr == "Chaud\u{202F}? 1\u{A0}: Oui, 2\u{A0}: Non.")
        let context = ProviderContext(stateDirectory: NSTemporaryDirectory(), zone: .utc)
        let settings = try RepairSettings(json: #"{"diagnosis": "/nowhere/diagnosis.json"}"#)
        let error = await #expect(throws: ProviderError.self) { try await Repairs(settings, in: context) }
        #expect("\(String(describing: error))".contains("the file /nowhere/diagnosis.json cannot be read"))
    }
}
