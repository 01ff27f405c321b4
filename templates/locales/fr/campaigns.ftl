# Campagnes et fonds.
campaigns-title = Campagnes et fonds
campaigns-lead = Ce que les dons ont apporté sous chaque nom, face à ce qui était demandé.
campaigns-new = Décrire une campagne
campaigns-campaign = Campagne
campaigns-fund = Fonds dédié
campaigns-of = sur { $goal } demandés ({ $percent } %)
campaigns-gifts =
    { $n ->
        [one] un don
       *[other] { $n } dons
    }
campaigns-from = depuis le { $day }
campaigns-to = jusqu’au { $day }
campaigns-over = terminée
campaigns-empty = Aucune campagne décrite
campaigns-empty-text = Donnez un but et des dates au nom que portent vos dons : l’avancée se voit ici.
campaigns-others = Autres noms portés par des dons
campaigns-name = Nom
campaigns-name-hint = Exactement le nom que les dons portent, dans les fichiers ou saisi à la main.
campaigns-count = Dons
campaigns-came = Reçu
campaigns-last = Dernier don
campaigns-describe = Décrire
campaigns-kind = Nature
campaigns-kind-hint = Un fonds dédié est de l’argent donné pour un seul usage.
campaigns-goal = But
campaigns-begins = Premier jour
campaigns-ends = Dernier jour
campaigns-note = Note pour l’équipe
campaigns-keep = Enregistrer
campaigns-kept = C’est enregistré.
campaigns-refused-name = Donnez un nom.
campaigns-refused-taken = Ce nom est déjà décrit.
campaigns-refused-ends = Le dernier jour est avant le premier.
campaigns-refused-unknown = Cette campagne n’existe pas.
