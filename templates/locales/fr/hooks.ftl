# Annonces des outils de paiement (webhooks).
hooks-title = Annonces des outils de paiement
hooks-lead = HelloAsso et Stripe peuvent annoncer chaque paiement au moment où il a lieu. Une annonce n’est crue que signée, et ne compte qu’une fois.
hooks-ready = à l’écoute
hooks-not-ready = sans clé
hooks-url = Adresse à donner à l’outil :
hooks-stripe = Événement à choisir : charge.succeeded. Stripe n’y dit pas ses frais : ces paiements entrent au registre avec le rapport du solde ; ici se voit ce qui manque encore.
hooks-secret = Clé de signature
hooks-other-secret = Remplacer la clé de signature
hooks-keep = Garder la clé
hooks-secret-kept = La clé est gardée, chiffrée.
hooks-missing =
    { $n ->
        [one] Un paiement annoncé n’est pas encore au registre
       *[other] { $n } paiements annoncés ne sont pas encore au registre
    }
hooks-bring = Regarder ces paiements
hooks-events = Dernières annonces
hooks-at = Reçue
hooks-tool = Outil
hooks-what = Annonce
hooks-became = Suite
hooks-brought = fichier { $n }
hooks-waiting = attend
hooks-ignored = rien à faire
hooks-refused-signature = Cette annonce n’est pas signée par l’outil.
hooks-refused-event = Cette annonce ne se lit pas.
hooks-refused-secret = Collez la clé de signature que l’outil vous donne.
hooks-refused-nothing = Aucun paiement annoncé n’attend.
