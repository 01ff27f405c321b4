# Comptes, versements, rapprochement.
clearing-title = Comptes et rapprochement
clearing-lead = Ce que chaque outil de paiement a pris, gardé et versé doit être ce que la banque a reçu, au centime. Ce qui ne tombe pas juste reste en rouge.
clearing-empty = Aucun compte encore
clearing-empty-text = Déposez un relevé de la banque, ou un fichier d’un outil de paiement : le compte se crée de lui-même.
clearing-off-text = Ouvrez le compte pour voir ce qui manque : une ligne, un fichier, ou un montant qui n’est pas le même.
clearing-banks = Comptes bancaires
clearing-account = Compte
clearing-balance = Solde
clearing-balance-note = d’après les relevés et leurs lignes
clearing-balance-unknown = aucun relevé ne donne de solde
clearing-last = Dernière ligne
clearing-lines = Lignes
clearing-to-place = À placer
clearing-to-place-one = à placer
clearing-tools = Outils de paiement
clearing-tools-lead = Chaque versement est la somme de paiements, moins les frais et les remboursements, et une ligne de la banque.
clearing-tool = Outil
clearing-tool-lead = Les versements de cet outil, et la ligne de banque que chacun est devenu.
clearing-off-count = Ne tombent pas juste
clearing-awaits-count = Attendent la banque
clearing-clear-count = Rapprochés
clearing-still-there = Encore chez l’outil
clearing-still-there-note = pas encore versé
clearing-match-again = Rapprocher à nouveau
clearing-refunds = Remboursements à régler
clearing-refunds-lead = L’argent est reparti, mais le don est toujours au registre.
clearing-refund-unnamed = Le fichier ne dit pas quel don.
clearing-day = Jour
clearing-amount = Montant
clearing-label = Libellé
clearing-why = Pourquoi
clearing-payouts = Versements
clearing-parts-sum = Somme des paiements
clearing-announced = Versé, dit l’outil
clearing-at-bank = Reçu par la banque
clearing-state = État
clearing-state-clear = Rapproché
clearing-state-awaits = Attend la banque
clearing-state-unknown = À regarder
clearing-no-payout = Aucun versement encore
clearing-no-payout-text = Ils apparaîtront quand un fichier de cet outil en parlera.
clearing-rules = Ce que dit la banque
clearing-rule-words = Mots de la ligne
clearing-rule-hint = Sans accents ni majuscules, c’est égal.
clearing-rule-add = Ajouter
clearing-rule-drop = Retirer
clearing-rule-added = La règle est gardée, et ce qu’elle permet de rapprocher l’est.
clearing-rule-dropped = La règle est retirée.
clearing-tab-open = À placer
clearing-tab-all = Toutes les lignes
clearing-open-lead = De l’argent est arrivé, et n’est encore ni un versement, ni un don. Ouvrez une ligne pour dire ce qu’elle est.
clearing-became = Ce qu’elle est
clearing-all-placed = Tout est placé
clearing-all-placed-text = Chaque somme reçue est un versement, un don, ou mise de côté avec sa raison.
clearing-name = Nom du compte
clearing-rename = Renommer
clearing-renamed = Le compte a un nouveau nom.
clearing-is-gift = Don
clearing-kind = Genre
clearing-kind-payment = Paiement
clearing-kind-refund = Remboursement
clearing-kind-dispute = Contestation
clearing-kind-fee = Frais
clearing-kind-payout = Versement
clearing-kind-other = Autre
clearing-parts = Paiements de ce versement
clearing-parts-more = Les 500 premiers sont montrés.
clearing-bank-line = Ligne de la banque
clearing-how-rule = Rapproché par une règle : montant, jours et libellé.
clearing-how-person = Rapproché par une personne.
clearing-unmatch = Défaire ce rapprochement
clearing-candidates-lead = Des lignes de la banque ont ce montant. Dites laquelle c’est.
clearing-no-candidate = Aucune ligne de la banque n’a ce montant encore. Déposez le relevé qui la contient.
clearing-match-this = C’est celle-ci
clearing-matched = Le versement est rapproché.
clearing-unmatched = Le rapprochement est défait.
clearing-line = Ligne de banque
clearing-this-is = Cette ligne est
clearing-line-payouts = Un versement de ce montant
clearing-line-gift = Un don
clearing-line-gift-lead = Le don prend le montant de la ligne et le jour où la banque l’a reçu.
clearing-who-gave = Qui a donné
clearing-nobody = Personne de connu : don anonyme
clearing-donor-needed = Dites qui a donné.
clearing-record-gift = Enregistrer ce don
clearing-gift-recorded = Le don est enregistré.
clearing-aside = Mettre de côté
clearing-aside-why = Autre chose : quoi ?
clearing-aside-hint = Une subvention, un virement entre comptes, un remboursement d’un fournisseur…
clearing-aside-done = La ligne est mise de côté.
clearing-aside-back = La ligne est à placer à nouveau.
clearing-aside-undo = La remettre à placer
clearing-refused-unknown = Ce compte, ce versement ou cette ligne n’existe pas.
clearing-refused-which-account = Ce fichier ne dit pas de quel compte il est, et il y en a plusieurs : choisissez le compte.
clearing-refused-stale = Quelqu’un d’autre a écrit les mêmes lignes au même moment. Rien n’a été écrit : recommencez.
clearing-refused-matched = Cette ligne ou ce versement est déjà placé.
clearing-refused-other-amount = Les montants ne sont pas les mêmes.
clearing-refused-bad-words = Il faut au moins trois lettres, et des mots qui n’y sont pas déjà.
clearing-off =
    { $n ->
        [one] Une chose ne tombe pas juste
       *[other] { $n } choses ne tombent pas juste
    }
clearing-gap = Il manque { $amount }
clearing-gap-text = Entre un solde plus ancien et celui du { $day }, les lignes ne font pas la différence : un relevé manque, ou une ligne.
clearing-refund-on-receipt = Le don est sur le reçu { $number } : rendez-le depuis sa page, le reçu suivra.
clearing-refund-too-much = Il est reparti plus que ce don : vérifiez-le auprès de l’outil de paiement.
clearing-refund-stands = Le don est dans une période close : rouvrez-la puis rapprochez à nouveau, ou rendez le don entier depuis sa page et saisissez ce qui en reste.
clearing-refund-gift = Voir le don ({ $amount } à rendre)
clearing-n-parts =
    { $n ->
        [one] une ligne
       *[other] { $n } lignes
    }
clearing-state-off = Écart de { $gap }
clearing-rules-lead = Une ligne de banque qui porte ces mots, au bon montant et au bon jour, est un versement de { $tool }. Son nom compte déjà.
clearing-payout-of = Versement { $tool } du { $day }
clearing-is-payout = Versement { $tool }
clearing-set-aside = Mise de côté : { $why }
clearing-matched-n =
    { $n ->
        [0] Rien de plus ne se rapproche sans doute possible.
        [one] Un versement est rapproché.
       *[other] { $n } versements sont rapprochés.
    }{ $refunds ->
        [0] {""}
        [one] {" "}Le registre tient compte d’un remboursement.
       *[other] {" "}Le registre tient compte de { $refunds } remboursements.
    }
clearing-refused-other-number = Le fichier est du compte { $told }, pas de « { $chosen } » : choisissez le bon compte.
clearing-new-account = Ouvrir un compte dont la banque donne un CSV inconnu
clearing-new-account-hint = D’ordinaire, un compte se crée de lui-même au premier relevé.
clearing-open = Ouvrir
clearing-columns = Colonnes du CSV de la banque
clearing-columns-lead = Pour une banque dont le tableau n’est pas reconnu : écrivez les noms des colonnes tels qu’ils sont en tête du fichier. Ils valent pour ce compte, choisi à l’import.
clearing-columns-hint = Le nom en tête de la colonne. Tout vide : les noms parlent d’eux-mêmes.
clearing-columns-day = Jour de l’opération
clearing-columns-value-day = Jour de valeur
clearing-columns-label = Libellé
clearing-columns-more = Suite du libellé
clearing-columns-amount = Montant, avec son signe
clearing-columns-amount-hint = Ou bien deux colonnes, débit et crédit.
clearing-columns-debit = Débit
clearing-columns-credit = Crédit
clearing-columns-reference = Référence
clearing-columns-party = Qui paie ou reçoit
clearing-columns-month-first = Le mois vient avant le jour (12/31/2025)
clearing-columns-keep = Garder ces colonnes
clearing-columns-kept = Les colonnes sont gardées pour ce compte.
clearing-columns-are-kept = (gardées)
clearing-refused-no-columns = Nommez au moins le jour, le libellé, et le montant ou les deux colonnes débit et crédit.
clearing-refund = Remboursement
clearing-refund-say = Dire lequel
clearing-refund-which = Quel don a été rendu ?
clearing-refund-which-lead = L’outil de paiement a rendu cet argent sans dire pour quel don. Le don choisi sera annulé au registre, ou réduit si une partie seulement a été rendue.
clearing-refund-candidates = Paiements qui lui ressemblent
clearing-refund-same-payer = Même payeur
clearing-refund-see = Voir le don nᵒ { $n }
clearing-refund-this = C’est ce don
clearing-refund-number = Numéro du don
clearing-refund-number-hint = Il est en tête de la page du don.
clearing-refund-gift-needed = Dites quel don a été rendu : ce numéro n’en est pas un.
clearing-refund-too-small = Ce don est plus petit que ce qui a été rendu.
clearing-refund-went-back = Le registre tient compte du remboursement.
clearing-refund-named = C’est noté. Si le don tient encore, la raison est ci-dessous.
clearing-refund-none = Aucun de nos dons : qu’est-ce ?
clearing-refund-none-hint = Une vente, une adhésion d’avant Soutien, un essai…
clearing-refund-aside-done = Le remboursement est mis de côté.
clearing-refund-aside-back = Le remboursement est à régler à nouveau.
clearing-refund-aside-undo = Le remettre à régler
clearing-refund-set-aside = Mis de côté : { $why }
clearing-refund-is-about = Ce remboursement est celui du paiement { $about }.
clearing-refused-other-tool = Ce don n’est pas venu par cet outil de paiement.
clearing-refund-free = Plus rien ne l’empêche : « Rapprocher à nouveau » le fera.
clearing-refund-other = Ce n’est pas ce don
clearing-refund-unname = Ce n’est pas ce don
clearing-refund-another = Un autre don, par son numéro
clearing-refused-gone-back = Plus rien de ce don ne tient au registre.
clearing-refund-by-hand = Le don a été corrigé à la main : rendez-le depuis sa page.
