# Fichiers des outils de paiement.
imports-file-garbled = Ce fichier a été converti deux fois (« RÃ©fÃ©rence » au lieu de « Référence »). Reprenez-le tel que l’outil de paiement ou la banque le donne, sans l’ouvrir dans un tableur.
imports-file-other-kind = Ce n’est pas { $expected } : cela ressemble à { $found }. Choisissez la bonne source ou reprenez le fichier auprès de votre banque.
imports-file-encoding = Ce fichier est écrit en { $found }, qui n’est pas lu ici. Demandez-le à votre banque en UTF-8.
imports-file-doctype = Ce fichier déclare un type de document, ce qu’aucune banque ne fait : il n’est pas lu. Reprenez-le auprès de votre banque.
imports-file-malformed = Ce fichier est abîmé à l’octet { $at } ({ $what }). Reprenez-le auprès de votre banque ; rien n’en a été pris.
imports-file-truncated = Ce fichier s’arrête au milieu. Reprenez-le ; rien n’en a été pris.
imports-file-too-large = Ce fichier est plus gros que tout relevé. Prenez une période plus courte ; rien n’en a été pris.
imports-file-archive-of =
    { $count ->
        [0] Cette archive est vide.
       *[other] Cette archive contient { $count } fichiers. Apportez-les un par un.
    }
imports-file-currency = Ce fichier est en { $found }. Seuls les euros sont lus.
imports-file-unbalanced = Le relevé { $name } ne tombe pas juste : il manque { $gap } entre le solde d’ouverture plus les lignes et le solde de clôture. Reprenez-le auprès de votre banque ; rien n’en a été pris.
imports-file-several-accounts = Ce fichier contient les lignes de plusieurs comptes (« { $found } » après un autre). Prenez l’export d’un compte à la fois.
imports-file-no-line = Ce fichier ne contient aucune ligne.
imports-file-unmapped =
    { $count ->
        [one] Une colonne que vous avez nommée n’y est pas
       *[other] { $count } colonnes que vous avez nommées n’y sont pas
    } : { $missing }. Colonnes trouvées : { $found }. Dites à nouveau lesquelles ce sont.
imports-note-stripe-balance = Stripe, rapport du solde : une ligne par mouvement.
imports-note-stripe-payments = Stripe, export des paiements.
imports-note-paypal = PayPal, activité du compte.
imports-note-bank-bpce = Relevé bancaire, tableau de la Banque Populaire ou de la Caisse d’Épargne.
imports-note-bank-credit-agricole = Relevé bancaire, tableau du Crédit Agricole.
imports-note-bank-boursobank = Relevé bancaire, tableau de BoursoBank.
imports-note-bank-societe-generale = Relevé bancaire, tableau de la Société Générale.
imports-note-bank-lcl = Relevé bancaire, tableau de LCL.
imports-note-bank-mapped = Relevé bancaire, tableau lu par le nom de ses colonnes.
imports-note-camt = Relevé bancaire, CAMT (ISO 20022).
imports-note-ofx = Relevé bancaire, OFX.
imports-note-qif = Relevé bancaire, QIF.
imports-note-cheques = Bordereau de remise de chèques.
imports-note-sepa = Prélèvements SEPA (pain.008).
imports-note-generic = Tableau de dons, lu par les colonnes que vous avez nommées.
imports-file-no-header = La ligne des noms de colonnes ne se trouve pas. Reprenez le fichier tel que l’outil de paiement ou la banque le donne.
imports-file-missing =
    { $count ->
        [one] Il manque une colonne
       *[other] Il manque { $count } colonnes
    } : { $missing }. Colonnes trouvées : { $found }. Reprenez l’export tel qu’il vous est donné, sans en changer les noms, et choisissez bien sa source.
imports-file-empty = Ce fichier est vide.
imports-file-spreadsheet = C’est un classeur de tableur (Excel, LibreOffice), pas un fichier CSV. Choisissez l’export CSV de l’outil ou de la banque, ou enregistrez la feuille au format CSV UTF-8.
imports-file-archive = C’est une archive. Ouvrez-la et choisissez le fichier CSV qu’elle contient.
imports-file-pdf = C’est un PDF, pas un fichier de données. Choisissez l’export CSV de l’outil ou de la banque.
imports-file-json = Ce sont des données pour des programmes (JSON), pas un export CSV. Choisissez l’export CSV de l’outil ou de la banque.
imports-file-markup = C’est une page web ou du XML, pas un fichier CSV : la session chez l’outil de paiement avait peut-être expiré, ou la source choisie n’est pas la bonne. Téléchargez l’export à nouveau.
imports-file-binary = Ce n’est pas un fichier de texte. Choisissez l’export de l’outil de paiement ou de la banque.
imports-why-quotes = Un guillemet s’ouvre et ne se ferme pas : cette ligne est abîmée.
imports-why-too-few = { $found } cellules pour { $expected } colonnes : cette ligne est coupée.
imports-why-too-many = { $found } cellules pour { $expected } colonnes : un séparateur est en trop.
imports-why-too-long = Cette ligne est trop longue pour en être une.
imports-why-unreadable = Cette ligne contient un caractère illisible.
imports-why-no-key = « { $column } » est vide ou n’est pas une référence.
imports-why-bad-amount = « { $column } » n’est pas un montant : « { $typed } ».
imports-why-negative = Montant négatif : { $typed }.
imports-why-added-above-total = Le don ajouté ({ $added }) dépasse le montant total ({ $total }).
imports-why-bad-date = « { $column } » n’est pas une date : « { $typed } ».
imports-why-unknown-status = Statut inconnu : « { $typed } ».
imports-why-unknown-kind = Type de paiement inconnu : « { $typed } ».
imports-why-unknown-tariff = Le tarif « { $typed } » ne dit pas si c’est un don. L’export des paiements le dit : importez plutôt celui-là.
imports-why-currency = Ce montant n’est pas en euros : { $typed }.
imports-why-movement-only = Mouvement du compte : ce n’est pas un don.
imports-why-not-booked = Pas encore comptabilisée ({ $typed }) : elle viendra avec le prochain relevé.
imports-why-net-off = Le montant moins les frais ({ $told }) n’est pas le montant net ({ $net }).
imports-why-test-mode = Un paiement en mode test : aucun argent n’a bougé.
imports-why-moves-nothing = { $typed } : ne change rien au compte.
imports-why-zone-left-out = Fuseau horaire inconnu « { $typed } » : lu à l’heure de Paris.
imports-why-opening-balance = Le solde avant la première ligne.
imports-why-part-refunded = Une partie de ce don a été remboursée : { $amount }.
imports-why-other-account = Cette ligne est d’un autre compte ({ $typed }) : prenez l’export d’un compte à la fois.
imports-why-both-sides = Il y a un montant dans les deux colonnes, débit et crédit.
imports-why-refund = Argent rendu : le don { $about } sera annulé.
imports-why-refund-unnamed = Argent rendu ; le fichier ne dit pas pour quel don.
imports-why-movement-paid-out = Déjà sur le compte ; versé depuis ({ $payout }).
imports-why-movement-changed = Le compte dit { $was }, le fichier dit { $now } : la différence sera écrite à côté.
imports-why-movement-known = Déjà sur le compte.
imports-why-dues = Adhésion : ce n’est pas un don.
imports-why-ticket = Billet : ce n’est pas un don.
imports-why-sale = Vente ou contrepartie : ce n’est pas un don.
imports-why-free = Rien n’a été payé.
imports-why-not-yet-paid = Pas encore payé ({ $typed }).
imports-why-never-paid = Jamais payé ({ $typed }).
imports-why-refunded = Remboursé.
imports-why-anonymous = Personne n’est nommé : don anonyme.
imports-why-mail-left-out = L’adresse « { $typed } » n’en est pas une : elle est laissée de côté.
imports-why-siren-left-out = « { $typed } » n’est pas un SIREN : il est laissé de côté.
imports-why-country-left-out = Pays inconnu : « { $typed } », laissé de côté.
imports-why-day-left-out = « { $column } » n’est pas une date : « { $typed } », laissée de côté.
imports-why-twice = La même ligne que la ligne { $line } : comptée une fois.
imports-why-twice-otherwise = La même référence qu’à la ligne { $line }, avec d’autres données : à vérifier à la source.
imports-why-known = Déjà dans le registre des dons.
imports-why-known-paid-out = Déjà dans le registre des dons ; versé depuis, le { $day }.
imports-why-known-by-order = Déjà dans le registre des dons, par l’autre export de la commande { $order }.
imports-why-better-export = Au registre par l’export des commandes ({ $order }) ; celui-ci en dit plus et prend sa place.
imports-why-order-otherwise = La commande { $order } est déjà dans le registre par un autre export, avec un autre montant ou un autre jour.
imports-why-changed = Le registre dit { $was } ; le fichier dit { $now }.
imports-why-changed-on-receipt = Le registre dit { $was }, le fichier { $now } ; mais le reçu { $number } en dépend : annulez-le ou remplacez-le d’abord.
imports-why-taken-back = Ce don a été annulé dans le registre : il n’y revient pas.
imports-why-refunded-in-ledger = L’outil de paiement dit ce don remboursé, mais il est dans le registre : annulez-le là.
imports-why-several-donors = L’adresse { $mail } est celle de { $count } donateurs et donatrices : dites qui a donné.
imports-why-other-name = Adresse connue, sous un autre nom : { $name }.
imports-why-resembles = { $name } : une personne de ce nom, et de ce code postal s’il est donné, est déjà connue. Dites si c’est la même.
imports-why-future = La date est dans le futur : { $day }.
imports-why-credited-needed = Le jour du versement n’est pas encore connu, et c’est lui qui compte pour votre association.
imports-why-too-much = Montant trop grand : { $amount }.
imports-why-law = Ce don ne peut pas être inscrit : { $what }.
imports-refused-unknown = Cet import n’existe pas.
imports-refused-not-previewed =
    { $state ->
        [taken] Ce fichier est déjà importé.
        [undone] Cet import a été annulé : déposez le fichier à nouveau.
        [abandoned] Cet aperçu a été abandonné : déposez le fichier à nouveau.
       *[other] Ce fichier est encore en cours de lecture.
    }
imports-refused-not-taken =
    { $state ->
        [undone] Cet import est déjà annulé.
       *[other] Ce fichier n’est pas importé : il n’y a rien à annuler.
    }
imports-refused-stale = Le registre des dons a changé depuis cet aperçu ({ $lines ->
        [one] une ligne
       *[other] { $lines } lignes
    }). Rien n’a été écrit : regardez-le à nouveau.
imports-refused-on-receipts =
    { $count ->
        [one] Un don de cet import figure sur un reçu
       *[other] { $count } dons de cet import figurent sur des reçus
    } ({ $numbers }) : il ne peut plus être annulé. Corrigez don par don.
imports-refused-gifts-of-lines =
    { $count ->
        [one] Un don a été enregistré d’après une ligne de ce relevé
       *[other] { $count } dons ont été enregistrés d’après des lignes de ce relevé
    } : annulez-les d’abord.
imports-refused-corrected =
    { $count ->
        [one] Un don de cet import a été corrigé depuis
       *[other] { $count } dons de cet import ont été corrigés depuis
    } : il ne peut plus être annulé en entier.
imports-title = Fichiers importés
imports-lead = Un fichier est d’abord montré ligne par ligne ; rien n’est écrit avant votre accord, et un import peut être annulé.
imports-bring = Importer un fichier
imports-source = Provenance
imports-file = Fichier
imports-file-hint = Le fichier tel que l’outil de paiement ou la banque le donne, ou une archive zip de ce seul fichier.
imports-file-needed = Choisissez un fichier.
imports-source-needed = Choisissez d’où vient le fichier.
imports-source-by-itself = Reconnue toute seule
imports-source-unknown = Rien ici ne reconnaît ce fichier. Choisissez sa provenance : il sera dit ce qui manque.
imports-source-bank = Relevé bancaire, { $format }
imports-account = Compte bancaire
imports-account-hint = Pour un relevé bancaire seulement.
imports-account-by-itself = Celui que le fichier nomme
imports-moved = Sur le compte
imports-expects = Où trouver ce fichier, et ce qui en est pris
imports-expects-where = HelloAsso : Paiements, puis « Exporter ». Stripe : Rapports, « Solde », détaillé (c’est lui qui se somme en versements) ; l’export des paiements est lu aussi. PayPal : Activité, « Télécharger ». La banque : un relevé CAMT.053, OFX, QIF ou CSV. N’ouvrez pas le fichier dans un tableur avant de le déposer ici.
imports-expects-what = Des outils de paiement, les dons sont pris, ainsi que les dons ajoutés à une adhésion ou à un billet ; les adhésions, billets et ventes sont montrés et laissés de côté, mais comptent dans les versements. Les reçus déjà faits par HelloAsso sont notés : il n’y en aura pas deux. De la banque, chaque ligne est gardée : un versement, un don, ou autre chose.
imports-expects-columns = Les colonnes sont reconnues à leur nom, dans n’importe quel ordre. Un même don vu dans deux exports, une même ligne de banque vue dans deux relevés, ne comptent qu’une fois.
imports-look = Voir ce qu’il contient
imports-files = Fichiers
imports-file-name = Fichier
imports-state = État
imports-brought = Déposé
imports-brought-by = déposé par { $by },
imports-written = Lignes écrites
imports-amount = Montant
imports-to-see = À voir
imports-to-see-note = ne seront pas écrites
imports-empty = Aucun fichier encore
imports-empty-text = Les fichiers de vos outils de paiement apparaîtront ici, avec ce qui en a été pris et pourquoi le reste ne l’a pas été.
imports-state-reading = En lecture
imports-state-previewed = À relire
imports-state-taken = Importé
imports-state-undone = Annulé
imports-state-abandoned = Abandonné
imports-one-title = Import de { $name }
imports-already-taken = Ce fichier est déjà importé : il n’y a rien à faire.
imports-reading = Le fichier est en cours de lecture
imports-reading-text =
    { $n ->
        [0] La lecture commence.
        [one] Une ligne lue.
       *[other] { $n } lignes lues.
    } Vous pouvez quitter cette page et y revenir.
imports-taking = L’import est en cours
imports-taking-text = { $n } lignes à écrire. Vous pouvez quitter cette page et y revenir : tout sera écrit, ou rien.
imports-gone = Cet aperçu a été abandonné
imports-gone-text = Rien n’en a été écrit. Pour l’importer, déposez le fichier à nouveau.
imports-will-write = Lignes à écrire
imports-will-write-lines = Lignes du compte à écrire
imports-proposed-note = sinon, une nouvelle fiche
imports-take =
    { $n ->
        [one] Importer cette ligne
       *[other] Importer ces { $n } lignes
    }
imports-take-hint = Tout est écrit, ou rien. Vous pourrez annuler l’import tant qu’aucun de ses dons ne figure sur un reçu.
imports-taken =
    { $n ->
        [0] { $movements ->
            [one] Une ligne du compte est importée.
           *[other] { $movements } lignes du compte sont importées.
        }
        [one] Un don est importé.
       *[other] { $n } dons sont importés.
    }{ $refunds ->
        [0] {""}
        [one] {" "}Un don est annulé : son argent a été rendu.
       *[other] {" "}{ $refunds } dons sont annulés : leur argent a été rendu.
    }{ $matched ->
        [0] {""}
        [one] {" "}Un versement est rapproché de sa ligne de banque.
       *[other] {" "}{ $matched } versements sont rapprochés de leurs lignes de banque.
    }
imports-taken-but =
    { $n ->
        [one] Une ligne n’a pas été importée
       *[other] { $n } lignes n’ont pas été importées
    }
imports-taken-but-text = Chacune dit pourquoi. Une fois la cause réglée, déposez le même fichier à nouveau : seul ce qui manque sera pris.
imports-nothing-new = Ce fichier n’apporte rien de nouveau.
imports-abandon = Abandonner
imports-abandoned = L’aperçu est abandonné. Rien n’a été écrit.
imports-undo = Annuler l’import
imports-undo-title = Annuler cet import ?
imports-undo-text = Tout ce que « { $name } » a écrit sera retiré du registre des dons et du compte.
imports-undo-what =
    { $n ->
        [one] Un don
       *[other] { $n } dons
    }, { $amount }, et les fiches qu’il a créées si elles n’ont rien d’autre.
imports-undo-what-lines =
    { $n ->
        [one] Une ligne du compte
       *[other] { $n } lignes du compte
    }, avec ce qui en est rapproché.
imports-undo-after = Le fichier reste ici, et vous pourrez l’importer à nouveau.
imports-undo-do = Annuler l’import
imports-undone =
    { $n ->
        [0] L’import est annulé : ses lignes ont quitté le compte.
        [one] L’import est annulé : un don est retiré.
       *[other] L’import est annulé : { $n } dons sont retirés.
    }
imports-lines = Lignes du fichier
imports-line = ligne { $n }
imports-day = Jour et référence
imports-giver = De qui
imports-why = Pourquoi
imports-as-it-stands = La ligne telle quelle
imports-who-gave = Qui a donné, ligne { $line } ?
imports-someone-new = Une autre personne : créer une fiche
imports-choose = C’est noté ainsi
imports-chosen = Le choix est noté, pour toutes les lignes de cette personne.
imports-choice-needed = Dites qui a donné.
imports-tab-proposed = Qui est-ce ?
imports-tab-new = Nouvelles
imports-tab-changed = Changées
imports-tab-conflict = En conflit
imports-tab-refused = Refusées
imports-tab-known = Déjà là
imports-tab-ignored = Pas des dons
imports-explain-proposed = L’adresse de ces personnes est inconnue, mais quelqu’un du même nom et du même code postal existe. Sans réponse, une nouvelle fiche est créée : rien n’est réuni en silence.
imports-explain-new = Ces lignes ne sont pas encore dans les registres : dons et mouvements du compte.
imports-explain-changed = Le registre dit autre chose : un don y est annulé par une ligne inverse, puis écrit à nouveau ; un mouvement apprend son versement, ou reçoit sa différence à côté.
imports-explain-conflict = Quelqu’un doit décider : ces lignes ne seront pas écrites.
imports-explain-refused = Ces lignes ne peuvent pas être lues ou écrites. Elles restent ici avec leur raison.
imports-explain-known = Ces lignes sont déjà dans les registres, telles quelles.
imports-explain-ignored = Ces lignes ne sont pas des dons, ou n’ont rien coûté.
imports-note-payments = Export des paiements de HelloAsso.
imports-note-orders = Export des commandes d’une campagne HelloAsso.
imports-note-before-2021 = Export HelloAsso d’avant 2021.
imports-note-encoding = Le fichier a été enregistré par un tableur, en { $encoding } : les accents ont été rétablis.
imports-note-unknown =
    { $count ->
        [one] Une colonne inconnue est gardée
       *[other] { $count } colonnes inconnues sont gardées
    } avec chaque don : { $names }.
imports-file-refused = Ce fichier ne peut pas être importé tel quel
imports-likeness = Ressemblance : { $score } sur 100 ({ $why })
imports-source-generic = Autre table de dons, CSV
imports-table = Table
imports-table-hint = Pour une autre table de dons seulement.
imports-table-by-itself = Celle dont les colonnes parlent d’elles-mêmes
imports-tables = Tables d’autres outils
imports-tables-lead = Pour un outil dont les colonnes ne se reconnaissent pas toutes seules : nommez-les une fois, elles restent.
imports-tables-empty = Aucune table nommée
imports-tables-empty-text = Beaucoup de tables se lisent sans cela : une date, un montant et un nom suffisent.
imports-table-name = Nom de l’outil
imports-table-name-hint = Par exemple Liberapay. Les références de ses dons commencent par ce nom, pour ne pas être confondues avec celles d’un autre outil.
imports-table-new = Nommer une table
imports-table-columns = Colonnes nommées
imports-table-lead = Écrivez le nom de chaque colonne comme dans le fichier. Ce qui reste vide est reconnu à son nom habituel.
imports-table-called = Reconnue aussi sous : { $names }…
imports-table-keep = Garder ces colonnes
imports-table-kept = Les colonnes sont gardées. Choisissez cette table en déposant le fichier.
imports-refused-table-name = Donnez à la table un nom qu’aucune autre ne porte.
imports-field-date = Date du don
imports-field-amount = Montant
imports-field-fee = Frais
imports-field-reference = Référence
imports-field-method = Mode de versement
imports-field-status = État du paiement
imports-field-currency = Devise
imports-field-last-name = Nom de famille
imports-field-first-names = Prénoms
imports-field-name = Nom entier
imports-field-organisation = Organisation
imports-field-siren = SIREN
imports-field-mail = Courriel
imports-field-street = Rue
imports-field-more-street = Complément d’adresse
imports-field-postal-code = Code postal
imports-field-city = Commune
imports-field-country = Pays
imports-field-campaign = Campagne
imports-field-paid-out-on = Jour du versement par l’outil
imports-field-received-on = Jour de réception, ou de crédit en banque
imports-field-receipt-elsewhere = Numéro du reçu fait ailleurs
imports-field-comment = Commentaire
imports-why-period-closed = Ce don tombe dans une période close (jusqu’au { $day }) : rouvrez-la, ou laissez-le.
imports-why-changed-closed = Le registre dit { $was }, le fichier dit { $now } ; la période est close jusqu’au { $day } : rien n’est changé.
imports-refused-period-closed = Des lignes de ce fichier sont dans une période close (jusqu’au { $day }). Rouvrez-la d’abord à la page Clôtures.
imports-corrections = Corriger des lignes refusées
imports-corrections-lead = Ce que vous corrigez devient un petit fichier à part, relu comme les autres. Le fichier d’origine reste tel qu’il est venu.
imports-refused-written-anew = Ce fichier a déjà été écrit de nouveau avec des corrections : ce qui reste se corrige dans le fichier nᵒ { $id }.
imports-corrections-whole = Les lignes de ce fichier se comptent ensemble : il est écrit de nouveau en entier, avec vos corrections, et relu comme les autres. Ce qui est déjà au registre est reconnu ; le fichier d’origine reste tel qu’il est venu.
imports-corrections-statement = Les lignes d’un relevé se comptent par jour et par montant : il est écrit de nouveau en entier, avec vos corrections, et relu comme les autres. Ce qui est déjà au registre est reconnu ; le fichier d’origine reste tel qu’il est venu.
imports-correction-keep = Reprendre la ligne { $n }
imports-correct = Relire ces lignes
imports-corrected = Les lignes corrigées sont relues : regardez-les, puis importez-les.
imports-corrections-none = Aucune ligne refusée
imports-corrections-none-text = Tout ce que ce fichier contient a été lu.
imports-corrections-go = Corriger ces lignes
imports-corrects = Lignes corrigées du fichier
imports-corrected-in = Des lignes corrigées sont dans le fichier
imports-note-gap = Le solde que l’outil affiche ne suit pas de ces lignes : écart de { $gap }. Il manque sans doute des lignes (un export filtré, ou une période coupée).
imports-field-kind = Ce qui est payé : don, cotisation…
imports-refused-proven = { $count ->
    [one] Un don de ce fichier a un justificatif joint : retirez-le d’abord.
   *[other] { $count } justificatifs sont joints aux dons de ce fichier : retirez-les d’abord.
    }
