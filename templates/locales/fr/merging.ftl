# Deux fiches d’une même personne.
merging-title = Doublons
merging-lead = Des fiches qui sont peut-être celles d’une même personne. Rien n’est réuni sans vous, et tout peut être séparé de nouveau.
merging-count = { $n ->
    [one] { $n } paire à regarder
   *[other] { $n } paires à regarder
    }
merging-more = { $n ->
    [one] Encore { $n } paire, quand celles-ci seront décidées.
   *[other] Encore { $n } paires, quand celles-ci seront décidées.
    }
merging-none = Aucun doublon
merging-none-text = Chaque personne semble n’avoir qu’une fiche. Les imports en proposeront d’autres s’il en vient.
merging-waiting = { $n ->
    [one] { $n } fiche d’une version précédente n’est pas encore comparée ; elle le sera dans l’heure.
   *[other] { $n } fiches d’une version précédente ne sont pas encore comparées ; elles le seront dans l’heure.
    }
merging-score = Ressemblance : { $n } sur 100
merging-held = { $gifts ->
    [one] { $gifts } ligne de don
   *[other] { $gifts } lignes de don
    }, { $receipts ->
    [one] { $receipts } reçu
   *[other] { $receipts } reçus
    }
merging-gifts = { $n ->
    [one] { $n } ligne
   *[other] { $n } lignes
    }
merging-reason-same-siren = même SIREN
merging-reason-same-mail = même courriel
merging-reason-same-name = même nom
merging-reason-close-name = nom proche
merging-reason-same-address = même adresse
merging-reason-same-postal-code = même code postal
merging-reason-other-siren = deux SIREN
merging-reason-other-first-name = un autre prénom
merging-reason-other-kind = une personne, une organisation
merging-compare = Comparer
merging-compare-lead = Deux fiches côte à côte, et ce qui deviendra de chacune.
merging-since = Fiche créée
merging-keep = Quelle fiche garder ?
merging-keep-hint = L’autre fiche s’efface derrière elle. Ses dons, reçus, courriels et adresses suivent ; ce que disent les reçus déjà émis ne change pas.
merging-keep-one = { $name } (fiche nᵒ { $id })
merging-moves = De l’autre fiche viennent { $gifts ->
    [0] aucun don
    [one] { $gifts } ligne de don
   *[other] { $gifts } lignes de don
    } et { $receipts ->
    [0] aucun reçu
    [one] { $receipts } reçu
   *[other] { $receipts } reçus
    }.
merging-takes = Elle est complétée par : { $what }.
merging-field-address = l’adresse postale
merging-field-first_names = les prénoms
merging-field-last_name = le nom
merging-field-legal_form = la forme juridique
merging-field-siren = le SIREN
merging-field-notes = les notes
merging-do = Réunir les deux fiches
merging-apart = Ce sont deux personnes
merging-apart-done = C’est noté : ces deux fiches ne seront plus proposées.
merging-done = Les deux fiches sont réunies. Vous pouvez les séparer de nouveau depuis cette page.
merging-undone = Les deux fiches sont de nouveau séparées. L’autre est la fiche nᵒ { $id }.
merging-choose = Réunir avec une autre fiche
merging-choose-lead = Cherchez l’autre fiche de
merging-merged = Fiches réunies ici
merging-merged-line = { $name } (fiche nᵒ { $id }), par { $who }
merging-undo = Séparer de nouveau
merging-refused-same = C’est une seule et même fiche. Choisissez-en une autre.
merging-refused-merged = Une de ces fiches est déjà réunie à une autre. Rechargez la page ; séparez-la d’abord s’il le faut.
merging-refused-changed = Quelqu’un vient de modifier une de ces fiches. Voici ce qu’elles disent maintenant : regardez, puis réunissez.
merging-refused-receipt = Le reçu { $number }, émis depuis, porte des dons des deux fiches. Annulez-le d’abord, puis séparez les fiches.
