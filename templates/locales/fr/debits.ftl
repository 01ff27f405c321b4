# Prélèvements.
debits-title = Prélèvements
debits-lead = Annoncer à chaque personne ce qui sera prélevé, envoyer le fichier à la banque, inscrire les dons le jour venu.
debits-setup = Créancier
debits-setup-lead = Ce que la banque et les personnes prélevées doivent savoir de votre association.
debits-setup-keep = Enregistrer
debits-setup-kept = Le créancier est enregistré.
debits-not-ready = Avant de prélever, dites qui prélève : nom, identifiant de créancier, compte.
debits-name = Nom
debits-name-hint = Tel que les relevés des personnes prélevées le montrent.
debits-creditor = Identifiant créancier SEPA (ICS)
debits-creditor-hint = Votre banque l’a demandé pour vous à la Banque de France : FR12ZZZ123456.
debits-iban = Compte à créditer (IBAN)
debits-notice = Jours entre l’annonce et le prélèvement
debits-notice-hint = 14 si le mandat ne dit rien d’autre.
debits-version = Format du fichier
debits-version-08 = pain.008.001.08 (actuel)
debits-version-02 = pain.008.001.02 (ancien)
debits-step-announce = 1. Annoncer
debits-step-announce-text = Chaque personne apprend le montant et la date { $days } jours avant. Une échéance annoncée ne l’est jamais deux fois.
debits-through = Échéances jusqu’au
debits-look = Voir
debits-due-sum =
    { $n ->
        [one] Un prélèvement à annoncer
       *[other] { $n } prélèvements à annoncer
    }{ $letters ->
        [0] {""}
        [one] , dont un par lettre
       *[other] , dont { $letters } par lettre
    }
debits-from = Prélevé à partir du
debits-told-by = Annonce
debits-by-mail = courriel
debits-by-letter = lettre
debits-more = Seuls les premiers sont montrés ; tous seront annoncés.
debits-announce = Annoncer
debits-announced = Annoncé : { $mails } par courriel, { $letters } par lettre à écrire.
debits-nothing-due = Rien à annoncer jusque-là.
debits-step-collect = 2. Envoyer à la banque
debits-waits =
    { $n ->
        [one] un prélèvement à partir du { $day }
       *[other] { $n } prélèvements à partir du { $day }
    }
debits-letters =
    { $n ->
        [one] une lettre à écrire
       *[other] { $n } lettres à écrire
    }
debits-collect-on = Prélever le
debits-collect = Créer le fichier
debits-collected = La remise est créée. Déposez son fichier à la banque la veille au plus tard.
debits-nothing-waits = Rien n’attend.
debits-collections = Remises
debits-number = Remise
debits-day = Prélevé le
debits-debits = Prélèvements
debits-on = Prélèvement le { $day }
debits-one-title = Remise { $number }
debits-count =
    { $n ->
        [one] un prélèvement
       *[other] { $n } prélèvements
    }
debits-state-made = À déposer à la banque
debits-state-due = Dons à inscrire
debits-state-previewed = À relire et à importer
debits-state-taken = Au registre des dons
debits-state-cancelled = Annulée
debits-returned-count =
    { $n ->
        [one] un rejet
       *[other] { $n } rejets
    }
debits-file = Fichier pour la banque
debits-to-come = Les dons s’inscrivent au registre le jour du prélèvement.
debits-bring-text = Le jour est venu : inscrivez ces dons. Ce que la banque rejette ensuite s’annule avec son relevé.
debits-bring = Inscrire les dons
debits-account = Compte
debits-came-back = Rejet
debits-told = la personne est prévenue
debits-not-told = la personne n’est pas prévenue
debits-cancel = Annuler cette remise
debits-cancel-text = Seulement si la banque n’a pas pris le fichier : les échéances attendront à nouveau, sans être annoncées une seconde fois.
debits-cancel-reason = Pourquoi ?
debits-cancelled = La remise est annulée ; ses échéances attendent à nouveau.
debits-refused-no-setup = Dites d’abord qui prélève.
debits-refused-name = Donnez le nom du créancier, en lettres latines.
debits-refused-creditor = Cet identifiant de créancier est faux. Il ressemble à FR12ZZZ123456.
debits-refused-notice = Entre 1 et 60 jours.
debits-refused-day = Donnez une date, par exemple 31/12/2025.
debits-refused-nothing-due = Rien n’est à annoncer jusque-là.
debits-refused-holiday = Les banques ne travaillent pas ce jour-là. Le suivant est le { $day }.
debits-refused-too-soon = La banque veut le fichier la veille au moins : choisissez demain ou plus tard.
debits-refused-too-far = C’est à plus de trois mois.
debits-refused-nothing = Rien de ce qui est annoncé ne peut être prélevé ce jour-là.
debits-refused-unknown = Cette remise n’existe pas.
debits-refused-cancelled = Cette remise est annulée.
debits-refused-brought = Ses dons sont au registre, ou un prélèvement est revenu : annulez d’abord l’import.
debits-refused-not-yet = Les dons s’inscrivent à partir du { $day }.
debits-mail-subject = Votre don de { $amount } le { $day }
debits-mail-thanks = Merci de soutenir { $association } avec régularité.
debits-mail-what = Votre prochain don de { $amount } sera prélevé le { $day } sur le compte { $account }.
debits-mail-mandate = Référence du mandat : { $rum }. Identifiant du créancier : { $creditor }.
debits-mail-change = Pour changer le montant, la date ou arrêter, écrivez-nous : une personne vous répondra.
debits-mail-button = Nous écrire
debits-back-subject = Votre don à { $association } n’a pas pu être prélevé
debits-back-what = Votre banque n’a pas donné suite au prélèvement de { $amount } : il vous a été rendu le { $day }.
debits-back-often = Cela arrive souvent, et vous n’avez rien à régler : il n’y a ni frais ni relance de notre part.
debits-back-goes-on = Le prochain don aura lieu comme prévu. Si vous préférez faire une pause ou arrêter, un mot suffit.
debits-back-stops = Votre banque ne permet plus ce prélèvement : nous l’avons arrêté. Si vous souhaitez continuer autrement, écrivez-nous.
debits-back-thanks = Merci pour le chemin fait ensemble.
debits-letters-to = À prévenir par lettre
