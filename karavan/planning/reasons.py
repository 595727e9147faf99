from karavan.domain.message import Message
from karavan.domain.plans import Unserved
def unserved(state, plan):
    given={}
    for j in plan.journeys:
        for s in j.stops:
            for u in s.unloads:
                given[u.need,s.place]=given.get((u.need,s.place),0)+u.quantity
    return tuple(Unserved(need=n.code,item=n.item,place=n.place,quantity=n.quantity-given.get((n.code,n.place),0),reasons=(Message("stub"),)) for n in state.problem.needs if n.quantity>given.get((n.code,n.place),0))
