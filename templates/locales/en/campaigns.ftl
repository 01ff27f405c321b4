# Campaigns and funds.
campaigns-title = Campaigns and funds
campaigns-lead = What gifts brought under each name, against what was asked for.
campaigns-new = Describe a campaign
campaigns-campaign = Campaign
campaigns-fund = Restricted fund
campaigns-of = of { $goal } asked for ({ $percent }%)
campaigns-gifts =
    { $n ->
        [one] one gift
       *[other] { $n } gifts
    }
campaigns-from = from { $day }
campaigns-to = to { $day }
campaigns-over = over
campaigns-empty = No campaign described
campaigns-empty-text = Give a goal and days to the name that your gifts bear: how far it is shows here.
campaigns-others = Other names that gifts bear
campaigns-name = Name
campaigns-name-hint = Exactly the name that gifts bear, in files or typed by hand.
campaigns-count = Gifts
campaigns-came = Came in
campaigns-last = Last gift
campaigns-describe = Describe
campaigns-kind = Kind
campaigns-kind-hint = A restricted fund is money given for one purpose only.
campaigns-goal = Goal
campaigns-begins = First day
campaigns-ends = Last day
campaigns-note = Note for the team
campaigns-keep = Keep it
campaigns-kept = It is kept.
campaigns-refused-name = Give a name.
campaigns-refused-taken = This name is described already.
campaigns-refused-ends = The last day is before the first.
campaigns-refused-unknown = There is no such campaign.
