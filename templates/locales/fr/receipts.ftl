# Les reçus fiscaux.
receipts-mail-subject = Votre reçu fiscal n° { $number } – { $association }
receipts-mail-thanks = Merci d’avoir soutenu { $association }. Vos dons de { $year } portés sur ce reçu s’élèvent à { $amount }.
receipts-mail-attached = Votre reçu fiscal n° { $number } est joint à ce message, au format PDF. Conservez-le : l’administration fiscale peut vous le demander.
receipts-mail-replaces = Le reçu n° { $number } annule et remplace le reçu n° { $old }, qui ne doit plus être utilisé.
receipts-mail-again = Vous pouvez retrouver à tout moment vos dons et vos reçus sur cette page :
receipts-mail-button = Voir mes dons et mes reçus
receipts-mail-wrong = Une erreur dans votre nom, votre adresse ou le montant ? Répondez à ce message, nous la corrigerons.
receipts-mail-cancelled-subject = Votre reçu fiscal n° { $number } est annulé – { $association }
receipts-mail-cancelled-text = Nous avons annulé votre reçu fiscal n° { $number }, d’un montant de { $amount }.
receipts-mail-cancelled-reason = Raison : { $reason }
receipts-mail-cancelled-do = Merci de ne plus l’utiliser et de détruire l’exemplaire que vous avez. S’il figure déjà dans une déclaration de revenus, pensez à la corriger. Pour toute question, répondez à ce message.
receipts-why-no-sign = Le reçu ne peut pas être imprimé : la police n’a pas de signe pour « { $signs } ». Écrivez le nom ou l’adresse en lettres latines.
receipts-why-too-long = Le reçu ne peut pas être imprimé : un texte est trop long pour une page.
receipts-refused-prefix = Le préfixe des numéros, « { $prefix } », ne convient pas : il faut des capitales ou des chiffres, douze au plus.
receipts-refused-year = L’année { $year } n’a pas commencé.
receipts-refused-donor = Cette personne ne figure pas parmi les donateurs et donatrices.
receipts-refused-number = Il n’y a pas de reçu n° { $number }.
receipts-refused-cancelled = Le reçu n° { $number } est déjà annulé.
receipts-refused-reason = Écrivez la raison de l’annulation : elle reste au registre et la personne la lira.
receipts-refused-nothing = Aucun reçu ne peut être émis. { $why }
receipts-refused-mail = Cette personne n’a pas d’adresse de courriel.
receipts-refused-run = Cette émission n’existe pas.
receipts-title = Reçus fiscaux
receipts-prepare = Préparer les reçus de { $year }
receipts-series = Série { $year } : dernier numéro { $number }
receipts-under-way = Émission des reçus de { $year } en cours : { $issued } émis
receipts-years = Par année des dons
receipts-year = Année des dons
receipts-count = Reçus
receipts-amount = Montant
receipts-cancelled-count = Annulés
receipts-register = Registre
receipts-search = Numéro ou personne
receipts-search-do = Chercher
receipts-search-all = Tout voir
receipts-show = Montrer
receipts-show-all = Tous les reçus
receipts-show-issued = Les reçus valables
receipts-show-cancelled = Les reçus annulés
receipts-show-print = À imprimer
receipts-number = Numéro
receipts-donor = Donateur ou donatrice
receipts-state = État
receipts-paper = Document
receipts-pdf-of = Reçu { $number } en PDF
receipts-is-cancelled = Annulé
receipts-is-issued = Émis
receipts-to-print = À imprimer
receipts-by-mail = Par courriel
receipts-none-found = Aucun reçu ne correspond
receipts-none-found-text = Essayez un autre numéro, un autre nom ou une autre année.
receipts-empty = Aucun reçu pour l’instant
receipts-empty-text = Les reçus émis apparaîtront ici, dans l’ordre de leurs numéros. Commencez par regarder ce que donnerait une année.
receipts-run-title = Reçus des dons de { $year }
receipts-run-lead = Voici ce que donnerait l’émission, sans rien changer : qui reçoit un reçu, de combien, et qui n’en reçoit pas, avec la raison.
receipts-run-look = Regarder
receipts-lacks-title = Avant d’émettre, il manque dans les réglages de l’association :
receipts-lacks-fix = Compléter les réglages
receipts-not-over = L’année { $year } n’est pas terminée : les dons à venir demanderont un second reçu.
receipts-gap = { $amount } de dons ne sont ni sur un reçu ni écartés pour une raison : prévenez la personne qui administre.
receipts-stat-receipts = Reçus à émettre
receipts-stat-donors = { $donors ->
    [0] pour personne
    [one] pour une personne
   *[other] pour { $donors } personnes
}
receipts-stat-amount = Montant
receipts-stat-gifts = { $gifts ->
    [0] aucun don
    [one] un don
   *[other] { $gifts } dons
}
receipts-stat-print = Dont à imprimer
receipts-see-run = Voir l’émission en cours
receipts-run-mails = Envoyer chaque reçu par courriel
receipts-run-mails-hint = Les personnes qui préfèrent la poste, ou dont nous n’avons pas l’adresse de courriel, sont listées à imprimer.
receipts-run-final = Un reçu émis a son numéro pour toujours : il peut être annulé ou remplacé, jamais effacé.
receipts-run-do = { $receipts ->
    [one] Émettre un reçu
   *[other] Émettre { $receipts } reçus
}
receipts-bridge = Du registre des dons de { $year } aux reçus
receipts-bridge-what = Dons
receipts-bridge-gifts = Nombre
receipts-bridge-issue = À porter sur un reçu
receipts-bridge-done = Déjà sur un reçu
receipts-bridge-anonymous = Dons sans nom
receipts-bridge-ledger = Tous les dons de l’année
receipts-bridge-note = Un don et son annulation se compensent : ils ne figurent que dans le nombre total.
receipts-left-title = Qui n’a pas de reçu, et pourquoi
receipts-left-address = Adresse incomplète
receipts-left-name = Nom ou prénoms manquants
receipts-left-abroad = Adresse hors de France
receipts-left-none = Ne souhaite pas de reçu
receipts-left-organisation = Organisations : autre formulaire
receipts-left-elsewhere = Reçu déjà émis par l’outil de paiement
receipts-left-after = Don annulé après son reçu : reçu à annuler ou remplacer
receipts-left-otherwise = Annulation à vérifier
receipts-left-reversal = Annulations de dons
receipts-left-method = Mode de versement inconnu
receipts-left-association = Réglages de l’association incomplets
receipts-left-paper = Texte impossible à imprimer
receipts-left-dues = Cotisations sans reçu
receipts-left-counterpart = Contrepartie trop élevée
receipts-left-proof = Justificatif manquant
receipts-left-other = Autre raison
receipts-left-more = Voir les { $donors } personnes
receipts-one-do = Émettre quand même son reçu
receipts-issued = Le reçu { $number } est émis.
receipts-who = Qui reçoit un reçu
receipts-route = Envoi
receipts-run-by = Émission lancée par { $by },
receipts-run-running = Les reçus sont en train d’être émis
receipts-run-so-far = { $issued ->
    [0] aucun reçu pour l’instant
    [one] un reçu émis
   *[other] { $issued } reçus émis
}
receipts-run-expected = sur { $planned } attendus
receipts-run-leave = Vous pouvez quitter cette page : l’émission continue, et se reprend où elle en était si le serveur redémarre.
receipts-run-done = L’émission est terminée
receipts-run-stopped = L’émission s’est arrêtée
receipts-run-stopped-text = Les réglages de l’association sont devenus incomplets. Complétez-les, puis relancez l’émission.
receipts-run-result = { $issued ->
    [0] Il n’y avait plus rien à émettre.
    [one] Un reçu émis, pour { $amount }.
   *[other] { $issued } reçus émis, pour { $amount }.
}
receipts-see-register = Voir les reçus
receipts-see-print = À imprimer
receipts-see-left = Personnes sans reçu ({ $left })
receipts-one-title = Reçu { $number }
receipts-gifts-of = dons de { $year }
receipts-open-pdf = Ouvrir le PDF
receipts-is-cancelled-by = Ce reçu a été annulé par { $by }
receipts-reason-was = Raison : { $reason }
receipts-replaced-by = Il est remplacé par le reçu { $number }
receipts-replaces = Il annule et remplace le reçu { $number }
receipts-lines = Versements
receipts-date = Date
receipts-method = Mode de versement
receipts-nature = Nature du don
receipts-do = Que souhaitez-vous faire ?
receipts-copy-do = Duplicata (PDF)
receipts-mail-do = Envoyer par courriel
receipts-sent-done = Le reçu part par courriel.
receipts-end-title = Annuler ou remplacer
receipts-end-text = Annuler ne peut pas se défaire : le reçu reste au registre, marqué « annulé », et la personne en est avertie. Remplacer l’annule et en émet aussitôt un autre, avec les dons et la fiche tels qu’ils sont maintenant.
receipts-reason = Raison
receipts-reason-hint = La personne la lira.
receipts-cancel-do = Annuler ce reçu
receipts-replace-do = Remplacer ce reçu
receipts-cancelled-done = Le reçu { $number } est annulé.
receipts-replaced-done = Le reçu { $number } est émis ; il annule et remplace le reçu { $old }.
receipts-frozen = Figé à l’émission
receipts-issued-on = Émis le
receipts-form = Formulaire Cerfa
receipts-articles = Articles du CGI
receipts-gift-form = Forme du don
receipts-signer = Signature
receipts-proof = Preuve
receipts-proof-text = Le document est redessiné à l’identique à chaque ouverture et comparé à son empreinte. Le registre est une chaîne : aucun reçu ne peut être ajouté, retiré ou modifié sans qu’on le voie.
receipts-proof-show = Voir les empreintes
receipts-proof-paper = Document (SHA-256)
receipts-proof-link = Maillon du registre
receipts-total = Total
