import ConciergeKit

/// A service whose record is secret: only staff may see it.
struct Errand: Service {
    struct Record: Codable { var what: String }
    struct Begin: Input {
        static let name = Text(verbatim: "begin")
        @Field(fr: "what", en: "what") var what: String
    }
    struct Finish: Input { static let name = Text(verbatim: "finish") }

    static let id = "toy.errand"
    static let secrets: Set<String> = ["what"]
    static let name = Text(verbatim: "errand")
    static let summary = Text(verbatim: "errand")
    func headline(_ record: Record) -> Text { Text(verbatim: "errand \(record.what)") }

    var lifecycle: Lifecycle {
        opening(Begin.self, to: .begun) { begin, moment in Draft(Record(what: begin.what), at: moment) }
        on(Finish.self, from: .begun, to: .done)
    }
}

extension StateOf<Errand> {
    static var begun: Self { open(fr: "begun", en: "begun", turn: .staff) }
    static var done: Self { closed(fr: "done", en: "done") }
}
