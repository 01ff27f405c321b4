# La trésorerie : une année en sommes, et les exports.
treasury-title = Trésorerie
treasury-lead = Ce qui est entré, ce qui a fait l’objet d’un reçu, et ce que vous pouvez emporter.
treasury-years = Année
treasury-gifts = Dons de { $year }
treasury-gifts-note = { $count ->
    [0] aucun don
    [one] un don
   *[other] { $count } dons
}
treasury-net = Net
treasury-net-note = après { $fee } de frais
treasury-issued = Sur des reçus
treasury-issued-note = { $count ->
    [0] aucun reçu émis
    [one] un reçu émis
   *[other] { $count } reçus émis
} · { $cancelled ->
    [0] aucun annulé
    [one] un annulé
   *[other] { $cancelled } annulés
}
treasury-without = Sans reçu
treasury-without-note = { $count ->
    [0] tous les dons ont leur reçu
    [one] un don
   *[other] { $count } dons
}
treasury-chart = Dons bruts de { $year }, mois par mois. Les chiffres sont dans le tableau qui suit.
treasury-finding = Le mois le plus fort : { $month }, { $amount }, soit { $share } % de l’année.
treasury-finding-none = Aucun don enregistré en { $year }.
treasury-by-month = Par mois
treasury-by-method = Par mode de versement
treasury-month = Mois
treasury-method = Mode de versement
treasury-lines = Dons
treasury-gross = Brut
treasury-fee = Frais
treasury-total = Total
treasury-exports = Emporter les données
treasury-exports-lead = Des fichiers CSV qui s’ouvrent d’un double-clic dans un tableur français. Chaque export est noté au journal.
treasury-export-gifts = Dons
treasury-export-gifts-text = Chaque ligne du grand livre, avec la personne, ses dates et son reçu.
treasury-export-donors = Donateurs et donatrices
treasury-export-donors-text = Coordonnées, préférences, et somme des dons de l’année.
treasury-export-receipts = Reçus fiscaux
treasury-export-receipts-text = Le registre : numéros, montants, annulations et remplacements.
treasury-export-deposits = Remises de chèques
treasury-export-deposits-text = Chaque chèque avec son bordereau, son don et le jour où la banque l’a crédité.
treasury-export-tickets = Échanges
treasury-export-tickets-text = Dates et état des réponses, sans un mot des messages.
treasury-export-year = Année
treasury-export-year-hint = Vide : tout.
treasury-export-plain = Format technique (virgules, points, dates ISO)
treasury-export-take = Télécharger
treasury-export-cut = CE FICHIER EST INCOMPLET : l’export s’est interrompu ici. Recommencez.
audit-verb-export-take = a emporté un export
