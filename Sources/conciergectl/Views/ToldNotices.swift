import ConciergeProtocol
import JSON
import Wording

/// What the last change of a request says to residents and partners, and how it reaches them.
struct ToldNotices: Sendable {
    private let notices: [Wire.Notice]

    /// The notices that the last thing done to a request made. None without the right to read them.
    ///
    /// Each costs a call; there are few.
    init(of request: String, on connection: Connection) async {
        guard let answer = try? await connection.pages(RequestMethods.Get(id: request), limit: .max),
            let history = try? answer.read().history,
            let last = history.lastIndex(where: { [.open, .action, .undo].contains($0.event.kind) })
        else {
            notices = []
            return
        }
        var found: [Wire.Notice] = []
        for entry in history[last...] where entry.event.kind == .notice {
            guard entry.input?.members["to"]?.stringValue != "staff",
                let shown = try? await connection.call(NoticeMethods.Show(id: "\(entry.seq)")).read()
            else { continue }
            found.append(shown.notice)
        }
        notices = found
    }

    /// For each, to whom it goes and how, and its words.
    func lines(_ console: Console) -> [String] {
        notices.flatMap { notice -> [String] in
            let name = notice.partner ?? notice.person?.name ?? notice.resident
            let who = name.map { Text(verbatim: $0) } ?? Text(fr: "locataire", en: "resident")
            let phone = notice.person?.phone ?? ""
            let head: Text =
                switch notice.state {
                case .waiting where notice.by == .mail:
                    Text(fr: "Message (\(who)), part par courriel :", en: "Notice (\(who)), leaves by mail:")
                case .waiting where !phone.isEmpty, .failed where !phone.isEmpty:
                    Text(
                        fr: "Message (\(who)), à dire de vive voix au \(phone) :",
                        en: "Notice (\(who)), to be told by hand, \(phone):")
                case .waiting, .failed:
                    Text(fr: "Message (\(who)), à dire de vive voix :", en: "Notice (\(who)), to be told by hand:")
                default: Text(fr: "Message (\(who)) :", en: "Notice (\(who)):")
                }
            let words = notice.words?[console.language] ?? ""
            return ["", head[console.language].inOneLine]
                + words.inOneLine.wrapped(to: console.width.map { $0 - 2 }).map { "  " + $0 }
        }
    }
}
