# Mois et années clos.
periods-title = Clôtures
periods-lead = Clore un mois ou une année : ses dons restent tels qu’ils sont. Ce qui doit être annulé ensuite l’est dans la période ouverte.
periods-through = Tout est clos jusqu’au { $day }.
periods-none-closed = Rien n’est clos.
periods-next = Clore une période
periods-until = Jusqu’au
periods-look = Voir ce qu’il reste à faire
periods-done = fait
periods-to-do = à faire
periods-item-previews = { $n ->
    [0] Aucun fichier déposé ne reste à importer.
    [one] { $n } fichier déposé n’est ni importé ni abandonné.
   *[other] { $n } fichiers déposés ne sont ni importés ni abandonnés.
    }
periods-item-statements = { $n ->
    [0] Chaque compte bancaire a ses relevés jusqu’à ce jour, et ils tombent juste.
    [one] { $n } compte bancaire n’a pas ses relevés jusqu’à ce jour, ou des lignes y manquent.
   *[other] { $n } comptes bancaires n’ont pas leurs relevés jusqu’à ce jour, ou des lignes y manquent.
    }
periods-item-payouts = { $n ->
    [0] Tous les versements des outils tombent juste et sont en banque.
    [one] { $n } versement d’un outil ne tombe pas juste ou n’est pas en banque.
   *[other] { $n } versements des outils ne tombent pas juste ou ne sont pas en banque.
    }
periods-item-bank-lines = { $n ->
    [0] Tout l’argent reçu en banque est rangé.
    [one] { $n } somme reçue en banque n’est pas encore rangée.
   *[other] { $n } sommes reçues en banque ne sont pas encore rangées.
    }
periods-item-refunds = { $n ->
    [0] Tout argent rendu a fait annuler son don.
    [one] { $n } somme a été rendue, et son don tient encore.
   *[other] { $n } sommes ont été rendues, et leurs dons tiennent encore.
    }
periods-item-straddling = { $n ->
    [0] Aucun don ne reste à cheval sur deux années.
    [one] { $n } don est à cheval sur deux années, sans décision.
   *[other] { $n } dons sont à cheval sur deux années, sans décision.
    }
periods-anyway = Ce qui reste à faire peut attendre : clore quand même
periods-what-happens = Plus aucun don daté de cette période ne pourra être écrit, corrigé ou retiré. Une clôture se rouvre, avec un motif qui reste.
periods-close = Clore jusqu’au { $day }
periods-closings = Clôtures faites
periods-no-closings = Aucune pour l’instant.
periods-closed-line = Clos jusqu’au { $day } par { $who }
periods-left-open = { $n ->
    [one] { $n } point restait à faire
   *[other] { $n } points restaient à faire
    }
periods-reopened-line = Rouvert par { $who }
periods-reopen = Rouvrir
periods-reopen-why = Motif de la réouverture
periods-closed = La période est close.
periods-reopened = La période est de nouveau ouverte.
periods-refused-month-end = Choisissez le dernier jour d’un mois.
periods-refused-not-over = Cette période n’est pas finie. Choisissez-en une qui l’est.
periods-refused-closed = Tout est déjà clos jusqu’au { $day }.
periods-refused-open-items = Il reste quelque chose à faire. Faites-le, ou cochez que cela peut attendre.
periods-refused-unknown = Cette clôture n’existe pas, ou elle est déjà rouverte. Rechargez la page.
periods-refused-not-last = Une période plus récente est close. Rouvrez-la d’abord.
periods-refused-no-reason = Dites pourquoi la période est rouverte.
