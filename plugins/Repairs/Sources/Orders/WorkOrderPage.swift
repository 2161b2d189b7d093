import ConciergeKit

/// A work order as a page of HTML that prints on a sheet of A4. It has no scripts and loads nothing.
struct WorkOrderPage {
    let order: WorkOrder
    /// How messages call the contractor.
    let contractor: String
    let language: Language
    let zone: Zone

    /// The page, in UTF-8.
    var html: String {
        """
        <!DOCTYPE html>
        <html lang="\(language.rawValue)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(title))</title>
        <style>
        @page { size: A4; margin: 18mm; }
        body { font: 12pt/1.45 "Liberation Sans", Arial, sans-serif; color: #000; background: #fff;
          max-width: 174mm; margin: 0 auto; }
        h1 { font-size: 20pt; margin: 0 0 6mm; }
        dl { display: grid; grid-template-columns: 48mm 1fr; gap: 2mm 4mm; margin: 0 0 8mm; }
        dt { font-weight: bold; }
        dd { margin: 0; white-space: pre-line; }
        .empty { min-height: 28mm; border: 0.3mm solid #000; }
        table { width: 100%; border-collapse: collapse; }
        th, td { border: 0.3mm solid #000; padding: 2mm; height: 14mm; text-align: left; vertical-align: top; }
        @media print { body { margin: 0; } }
        </style>
        </head>
        <body>
        <main>
        <h1>\(escaped(title))</h1>
        <dl>
        \(rows.map { "<dt>\(escaped($0))</dt><dd>\(escaped($1))</dd>" }.joined(separator: "\n"))
        </dl>
        <h2>\(said("À remplir par l'artisan", "For the craftsman to fill in"))</h2>
        <dl>
        <dt>\(said("Travaux faits", "Work done"))</dt><dd class="empty"></dd>
        <dt>\(said("Reste à faire", "Left to do"))</dt><dd class="empty"></dd>
        </dl>
        <table>
        <thead><tr>\(signatures.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr></thead>
        <tbody><tr>\(signatures.map { _ in "<td></td>" }.joined())</tr></tbody>
        </table>
        </main>
        </body>
        </html>

        """
    }

    private var title: String {
        text(
            Text(
                fr: "Bon de travaux n° \(order.repair)-\(order.order)",
                en: "Work order no. \(order.repair)-\(order.order)"))
    }

    private var signatures: [String] {
        [
            said("Arrivée", "Arrived"), said("Départ", "Left"), said("Signature de l'artisan", "Craftsman's signature"),
            said("Signature sur place", "Signature on site"),
        ]
    }

    /// What is known, with its title.
    private var rows: [(String, String)] {
        let visit = order.visitStart.flatMap { start in
            order.visitEnd.map { text(Text(fr: "\(start..<$0)", en: "\(start..<$0)")) }
        }
        let rows: [(Text, String?)] = [
            (Text(fr: "Entreprise", en: "Contractor"), contractor),
            (Text(fr: "Urgence", en: "Urgency"), order.urgency.map { text($0.words) }),
            (
                Text(fr: "À terminer avant le", en: "To be completed by"),
                order.due.map { text(Text(fr: "\($0)", en: "\($0)")) }
            ),
            (Text(fr: "Visite", en: "Visit"), visit),
            (Text(fr: "Adresse", en: "Address"), order.site),
            (Text(fr: "Où", en: "Where"), order.location),
            (Text(fr: "Comment entrer", en: "How to get in"), order.access),
            (Text(fr: "Corps de métier", en: "Trade"), text(order.category.words)),
            (Text(fr: "Ce qui se passe", en: "What is the matter"), order.description),
            (Text(fr: "Déjà fait", en: "Done already"), order.work.isEmpty ? nil : order.work.joined(separator: "\n")),
            (Text(fr: "Reste à faire", en: "Left to do"), order.remains),
            (Text(fr: "Ce qui ne va toujours pas", en: "What is still wrong"), order.complaint),
            (Text(fr: "Suite de", en: "Follows"), order.follows),
            (Text(fr: "Téléphone", en: "Telephone"), order.phone),
        ]
        return rows.compactMap { title, value in value.map { (text(title), $0) } }
    }

    private func text(_ text: Text) -> String { text.said(in: language, zone: zone) }

    private func said(_ fr: Phrase, _ en: Phrase) -> String { escaped(text(Text(fr: fr, en: en))) }

    private func escaped(_ text: String) -> String {
        var html = ""
        for character in text {
            switch character {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            default: html.append(character)
            }
        }
        return html
    }
}
